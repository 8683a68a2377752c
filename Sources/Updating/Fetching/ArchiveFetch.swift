import Files
import Transport

/// Gets chunks out of a bundle that lies somewhere else: by ranges, or, where the server knows none, in one pass.
struct ArchiveFetch {
    let source: any Source
    /// The bundle, as the source names it.
    let path: String
    /// How many rounds in a row may bring nothing.
    var patience = 3
    /// Told after each chunk: bytes landed so far, and in all.
    var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    /// All that was wanted has come; the rest of the transfer isn't needed.
    private struct Done: Error {}

    /// Fetches and checks `chunks`; each good one is handed to `land`, the bad ones are fetched again, alone.
    ///
    /// Throws what the last round failed for, once several in a row brought nothing.
    func fetch(_ chunks: [Chunk], land: (Chunk, [UInt8]) throws -> Void) throws {
        let total = chunks.reduce(0) { $0 + $1.range.count }
        var missing = Set(chunks)
        var done = 0
        var fruitless = 0
        var usesRanges = true
        while !missing.isEmpty {
            let before = missing.count
            var problem: TransportError?
            do {
                try withoutActuallyEscaping(land) { land in
                    try round(Array(missing), usesRanges) { chunk, bytes in
                        try land(chunk, bytes)
                        missing.remove(chunk)
                        done += bytes.count
                        progress(done, total)
                    }
                }
            } catch TransportError.rangeIgnored where usesRanges {
                usesRanges = false
                continue
            } catch let error as TransportError {
                problem = error
            }
            fruitless = missing.count < before ? 0 : fruitless + 1
            guard fruitless < patience, problem.map(isWorthAnotherTry) ?? true else {
                throw problem ?? damage(missing)
            }
        }
    }

    private func round(
        _ chunks: [Chunk], _ usesRanges: Bool, land: @escaping (Chunk, [UInt8]) throws -> Void
    ) throws {
        if usesRanges {
            for run in runs(of: chunks) {
                let wanted = chunks.filter { run.contains($0.range.lowerBound) }
                var assembler = ChunkAssembler(wanted, from: run.lowerBound, land: land)
                try source.fetch(path, range: run) { try assembler.take($0) }
            }
        } else {
            var assembler = ChunkAssembler(chunks, from: 0, land: land)
            do {
                try source.fetch(path, limit: .max) { piece in
                    try assembler.take(piece)
                    if assembler.isDone { throw Done() }
                }
            } catch is Done {}
        }
    }

    private func isWorthAnotherTry(_ error: TransportError) -> Bool {
        switch error {
        case .truncated, .timedOut, .unreachable: true
        case .refused(_, let status): status >= 500
        default: false
        }
    }

    private func damage(_ missing: Set<Chunk>) -> UpdateError {
        let first = missing.min { $0.range.lowerBound < $1.range.lowerBound }
        return .damaged(member: first?.member ?? path, chunk: first?.number ?? 0)
    }
}
