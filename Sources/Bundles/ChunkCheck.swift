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
        let file = try location.file.mapping.reopened()
        let start = location.range.lowerBound, room = location.range.count
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
                    let chunk = range(ofChunk: number)
                    let found =
                        chunk.upperBound > room
                        ? nil : try Self.digest(of: file, start + chunk.lowerBound..<start + chunk.upperBound, &buffer)
                    if found != chunks[number] { damaged.withLock { $0.append(number) } }
                } catch {
                    return failure.withLock { $0 = error }
                }
            }
        }
        if let failure = failure.withLock({ $0 }) { throw failure }
        return damaged.withLock { $0.sorted() }
    }

    /// The digest of a range, read piece by piece through `buffer`; nil if the file ends early.
    private static func digest(
        of file: borrowing OpenFile, _ range: Range<Int>, _ buffer: inout [UInt8]
    ) throws(FileError) -> Digest? {
        var stream = DigestStream(), offset = range.lowerBound
        while offset < range.upperBound {
            let count = min(try file.read(into: &buffer, at: offset), range.upperBound - offset)
            guard count > 0 else { return nil }
            stream.update(unsafe buffer.span.bytes.extracting(first: count))  // Bytes have no padding.
            offset += count
        }
        return stream.finish()
    }

    /// Throws for the first chunk that is damaged; `thorough` then compares the whole member's digest too.
    func check(_ location: MemberLocation, thorough: Bool, threads: Int) throws {
        if let number = try damagedChunks(in: location, threads: threads).first {
            let chunk = range(ofChunk: number).clamped(to: 0..<location.range.count)
            let start = location.range.lowerBound
            var buffer = [UInt8](repeating: 0, count: BundleLimits.chunkSize)
            let found = try Self.digest(
                of: location.file.mapping.reopened(), start + chunk.lowerBound..<start + chunk.upperBound, &buffer)
            throw BundleError.damaged(
                path: path, offset: range(ofChunk: number).lowerBound, expected: chunks[number],
                found: found ?? .sha256([]))
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
