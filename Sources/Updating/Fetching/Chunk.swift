import Dispatch
import Files
import Signatures
import Synchronization

/// A piece of a file, small enough to check and to fetch alone.
struct Chunk: Hashable, Sendable {
    /// The member's path in the bundle, or the delta's name.
    let member: String
    let number: Int
    /// Where it is in the member.
    let offset: Int
    /// Where it is in the archive that is fetched from.
    let range: Range<Int>
    let digest: Digest
}

extension [Chunk] {
    /// How many bytes they are.
    var bytes: Int { reduce(0) { $0 + $1.range.count } }

    /// The chunks of a file of `size` bytes that lies at `start` in what is fetched from.
    init(of member: String, size: Int, chunkSize: Int, digests: [Digest], at start: Int) {
        self = digests.enumerated().map { number, digest in
            let offset = number * chunkSize
            let first = start + offset
            return Chunk(
                member: member, number: number, offset: offset,
                range: first..<first + Swift.min(chunkSize, size - offset), digest: digest)
        }
    }

    /// Those that the file at `path` hasn't, or not as they should be; read on all cores.
    ///
    /// `checkpoint` is called before each one is read; what it throws ends it.
    func missing(in path: String, checkpoint: @Sendable () throws -> Void) throws -> [Chunk] {
        let file = try OpenFile(reading: path)
        let found = Mutex<(missing: [Int], failure: (any Error)?)>(([], nil))
        DispatchQueue.concurrentPerform(iterations: count) { index in
            if found.withLock({ $0.failure != nil }) { return }
            let chunk = self[index]
            do {
                try checkpoint()
                let bytes = try file.read(chunk.range.count, at: chunk.offset)
                if bytes.count == chunk.range.count, Digest.sha256(bytes) == chunk.digest { return }
                found.withLock { $0.missing.append(index) }
            } catch {
                found.withLock { $0.failure = $0.failure ?? error }
            }
        }
        let (missing, failure) = found.withLock { $0 }
        if let failure { throw failure }
        return missing.sorted().map { self[$0] }
    }
}

/// Archive ranges that hold all of `chunks`, in order; gaps up to `bridge` bytes are fetched too, to save a request,
/// and no range is longer than `length`, so that several connections have something to do.
func runs(of chunks: [Chunk], bridging bridge: Int = 64 << 10, length: Int = 16 << 20) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for chunk in chunks.sorted(by: { $0.range.lowerBound < $1.range.lowerBound }) where !chunk.range.isEmpty {
        if let last = runs.last, chunk.range.lowerBound - last.upperBound <= bridge,
            chunk.range.upperBound - last.lowerBound <= length
        {
            runs[runs.count - 1] = last.lowerBound..<max(last.upperBound, chunk.range.upperBound)
        } else {
            runs.append(chunk.range)
        }
    }
    return runs
}
