import Signatures

/// Deltas in memory: for tests, fuzzing and small files.
package enum Delta {
    /// What `delta` makes of `base`, on one thread and within `limit` bytes.
    package static func apply(
        _ delta: RawSpan, to base: RawSpan, limit: Int = 64 << 20
    ) throws(DeltaError) -> [UInt8] {
        var cursor = DeltaCursor(delta)
        let header = try DeltaHeader(parsing: &cursor)
        let found = FileIdentity(size: base.byteCount, digest: .sha256(base))
        guard found == header.base else { throw .wrongBase(expected: header.base, found: found) }
        guard header.result.size <= limit else {
            throw .malformed(.tooLong(.resultSize, found: UInt64(header.result.size), limit: limit), offset: 0)
        }
        let statistics = try Statistics(parsing: &cursor)
        var jobs = DeltaJobs(cursor, header: header, statistics: statistics)
        var result: [UInt8] = []
        while let job = try jobs.next() { result += try job.run(delta: delta, base: base) }
        let digest = Digest.sha256(result)
        guard digest == header.result.digest else {
            throw .wrongResult(expected: header.result.digest, found: digest)
        }
        return result
    }
}
