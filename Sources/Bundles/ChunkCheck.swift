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

    /// The numbers of the chunks whose bytes are not the index's, ascending.
    ///
    /// Up to `threads` threads hash one chunk each; what they have read leaves memory again, so that no model is too
    /// large. A location that is too short holds no intact chunk where it ends.
    package func damagedChunks(in location: MemberLocation, threads: Int) -> [Int] {
        let next = Atomic(0)
        let damaged = Mutex<[Int]>([])
        DispatchQueue.concurrentPerform(iterations: min(max(threads, 1), max(chunks.count, 1))) { _ in
            while true {
                let number = next.wrappingAdd(1, ordering: .relaxed).oldValue
                guard number < chunks.count else { return }
                if digest(ofChunk: number, in: location) != chunks[number] { damaged.withLock { $0.append(number) } }
            }
        }
        return damaged.withLock { $0.sorted() }
    }

    private func digest(ofChunk number: Int, in location: MemberLocation) -> Digest? {
        let chunk = range(ofChunk: number)
        guard chunk.upperBound <= location.range.count else { return nil }
        let start = location.range.lowerBound
        let place = start + chunk.lowerBound..<start + chunk.upperBound
        defer { location.file.mapping.release(place) }
        return .sha256(location.file.bytes.extracting(place))
    }

    /// Throws for the first chunk that is damaged; `thorough` then compares the whole member's digest too.
    func check(_ location: MemberLocation, thorough: Bool, threads: Int) throws(BundleError) {
        if let number = damagedChunks(in: location, threads: threads).first {
            throw .damaged(
                path: path, offset: range(ofChunk: number).lowerBound, expected: chunks[number],
                found: digest(ofChunk: number, in: location) ?? .sha256([]))
        }
        guard thorough else { return }
        var stream = DigestStream()
        for number in chunks.indices {
            let chunk = range(ofChunk: number), start = location.range.lowerBound
            stream.update(location.file.bytes.extracting(start + chunk.lowerBound..<start + chunk.upperBound))
            location.file.mapping.release(start + chunk.lowerBound..<start + chunk.upperBound)
        }
        let found = stream.finish()
        guard found == sha256 else { throw .damaged(path: path, offset: 0, expected: sha256, found: found) }
    }
}
