import Dispatch
import Files
import Signatures
import Synchronization

/// A delta about to be applied.
package struct DeltaApplication: Sendable {
    package let header: DeltaHeader
    private let delta: ModelBytes
    private let base: ModelBytes

    /// About how many bytes one thread makes while another hashes the base, and of how many parts at most.
    private static let ahead = (bytes: 8 << 20, parts: 64)

    /// Reads the delta's head.
    package init(delta: ModelBytes, base: ModelBytes) throws(DeltaError) {
        header = try DeltaHeader(parsing: delta.bytes(0..<delta.count))
        self.delta = delta
        self.base = base
    }

    /// Makes the result and hands it to `sink`, in order, in pieces of at most a mebibyte.
    ///
    /// Nothing is handed over before the base was hashed and is the one that the delta was made for. At most twice `threads`
    /// pieces are in memory, and 8 MiB at first. The digest of the result is checked when all of it has been handed over, so
    /// `sink` must not let anybody use it before this returns, unless it checks digests of its own.
    package func run(threads: Int, into sink: (RawSpan) throws -> Void) throws {
        let whole = delta.bytes(0..<delta.count)
        var cursor = DeltaCursor(whole)
        let header = try DeltaHeader(parsing: &cursor)
        let statistics = try Statistics(parsing: &cursor)
        var jobs = DeltaJobs(cursor, header: header, statistics: statistics)
        var pending: [PendingPart] = []
        var digest = DigestStream()
        // Whoever gave the files may change them when this returns.
        defer { for part in pending { _ = part.wait() } }
        if threads > 1, base.count == header.base.size {
            var first: [(job: DeltaJob, part: PendingPart)] = []
            var size = 0
            while size < Self.ahead.bytes, first.count < Self.ahead.parts, let job = try jobs.next() {
                first.append((job, PendingPart()))
                size += job.size
            }
            pending = first.map(\.part)
            let (delta, base) = (delta, base)
            DispatchQueue.global().async { [first] in
                // This does no harm, whatever bytes a base of this size has.
                for (job, part) in first { part.finish(Self.run(job, delta: delta, base: base)) }
            }
        }
        let baseFound = base.identity()
        guard baseFound == header.base else { throw DeltaError.wrongBase(expected: header.base, found: baseFound) }
        while true {
            while pending.count < 2 * max(threads, 1), let job = try jobs.next() {
                let part = PendingPart()
                pending.append(part)
                let (delta, base) = (delta, base)
                DispatchQueue.global().async { part.finish(Self.run(job, delta: delta, base: base)) }
            }
            guard !pending.isEmpty else { break }
            let bytes = try pending.removeFirst().wait().get()
            digest.update(bytes)
            try unsafe sink(bytes.span.bytes)  // Bytes have no padding.
        }
        let found = digest.finish()
        guard found == header.result.digest else {
            throw DeltaError.wrongResult(expected: header.result.digest, found: found)
        }
    }

    private static func run(_ job: DeltaJob, delta: ModelBytes, base: ModelBytes) -> Result<[UInt8], DeltaError> {
        defer {
            base.release(job.base)
            delta.release(job.bytes)
        }
        do {
            return .success(try job.run(delta: delta.bytes(0..<delta.count), base: base.bytes(0..<base.count)))
        } catch {
            return .failure(error)
        }
    }
}

/// A part that some thread works on.
private final class PendingPart: Sendable {
    private let result = Mutex<Result<[UInt8], DeltaError>?>(nil)
    private let done = DispatchSemaphore(value: 0)

    func finish(_ result: Result<[UInt8], DeltaError>) {
        self.result.withLock { $0 = result }
        done.signal()
    }

    func wait() -> Result<[UInt8], DeltaError> {
        done.wait()
        return result.withLock { $0 } ?? .success([])
    }
}
