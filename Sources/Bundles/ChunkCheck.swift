import Dispatch
import Files
import Signatures
import Synchronization

extension Index.Member {
    /// A chunk's place within the member.
    package func range(ofChunk number: Int) -> Range<Int> {
        let start = number * BundleLimits.chunkSize
        return start..<min(start + BundleLimits.chunkSize, size)
    }

    /// The numbers of the chunks whose bytes are not the index's, ascending; throws what can't be read.
    ///
    /// Up to `threads` threads hash one chunk each, through a small buffer, so that no model is too large. A location
    /// that is too short holds no intact chunk where it ends.
    package func damagedChunks(in location: MemberLocation, threads: Int) throws(FileError) -> [Int] {
        let next = Atomic(0)
        let damaged = Mutex<[Int]>([])
        let failure = Mutex<FileError?>(nil)
        DispatchQueue.concurrentPerform(iterations: min(max(threads, 1), max(chunks.count, 1))) { _ in
            // Small enough to stay in a core's cache.
            var buffer = [UInt8](repeating: 0, count: 1 << 18)
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < chunks.count else { return }
                do throws(FileError) {
                    let found = try digest(ofChunk: number, in: location, through: &buffer)
                    if found != chunks[number] { damaged.withLock { $0.append(number) } }
                } catch {
                    return failure.withLock { $0 = error }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return damaged.withLock { $0.sorted() }
    }

    /// The digest of what stands where a chunk belongs; nil if it ends early.
    private func digest(
        ofChunk number: Int, in location: MemberLocation, through buffer: inout [UInt8]
    ) throws(FileError) -> Digest? {
        let chunk = range(ofChunk: number)
        guard chunk.upperBound <= location.range.count else { return nil }
        var stream = DigestStream(), done = chunk.lowerBound
        while done < chunk.upperBound {
            let count = try location.file.mapping.read(into: &buffer, at: location.range.lowerBound + done)
            guard count > 0 else { return nil }
            let piece = min(count, chunk.upperBound - done)
            stream.update(unsafe buffer.span.bytes.extracting(first: piece))  // Bytes have no padding.
            done += piece
        }
        return stream.finish()
    }

    /// Throws for the first chunk that is damaged; `thorough` then compares the whole member's digest too.
    func check(_ location: MemberLocation, thorough: Bool, threads: Int) throws {
        if let number = try damagedChunks(in: location, threads: threads).first {
            var buffer = [UInt8](repeating: 0, count: BundleLimits.chunkSize)
            throw BundleError.damaged(
                path: path, offset: range(ofChunk: number).lowerBound, expected: chunks[number],
                found: try digest(ofChunk: number, in: location, through: &buffer) ?? .sha256([]))
        }
        guard thorough else { return }
        var stream = DigestStream()
        for number in chunks.indices {
            let chunk = range(ofChunk: number), start = location.range.lowerBound
            stream.update(location.file.bytes.extracting(start + chunk.lowerBound..<start + chunk.upperBound))
            location.file.mapping.release(start + chunk.lowerBound..<start + chunk.upperBound)
        }
        let found = stream.finish()
        guard found == sha256 else { throw BundleError.damaged(path: path, offset: 0, expected: sha256, found: found) }
    }
}
