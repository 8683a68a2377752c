import Signatures

/// A piece of a member, small enough to check and to fetch alone.
struct Chunk: Hashable, Sendable {
    /// The member's path in the bundle.
    let member: String
    let number: Int
    /// Where it is in the member.
    let offset: Int
    /// Where it is in the archive.
    let range: Range<Int>
    let digest: Digest
}

/// Archive ranges that hold all of `chunks`, in order; gaps up to `bridge` bytes are fetched too, to save a request.
func runs(of chunks: [Chunk], bridging bridge: Int = 64 << 10) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for chunk in chunks.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) where !chunk.range.isEmpty {
        if let last = runs.last, chunk.range.lowerBound - last.upperBound <= bridge {
            runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, chunk.range.upperBound)
        } else {
            runs.append(chunk.range)
        }
    }
    return runs
}
