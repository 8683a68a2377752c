import Transport

/// Gets chunks of a file that lies somewhere else: by ranges over several connections, or, where the server knows no
/// ranges, in one pass.
struct ChunkFetch {
    let source: any Source
    /// The file, as the source names it.
    let path: String
    var connections = 1
    /// Whether a server without ranges is read from the file's beginning; costly, where only a part is wanted. If not,
    /// `rangeIgnored` is thrown the second time that a range is ignored.
    var readsWhole = true
    /// How many rounds in a row may bring nothing.
    var patience = 3
    /// Called before each round that follows one without success; with how many there were in a row.
    var pause: (_ fruitless: Int) throws -> Void = { _ in }
    /// Told from time to time how many bytes have landed.
    var progress: (_ landed: Int) -> Void = { _ in }
    let traffic: Traffic

    /// Fetches and checks `chunks`; each good one is handed to `land`, by any thread, and the bad ones are fetched
    /// again, alone.
    ///
    /// Throws what the last round failed for, once several in a row brought nothing.
    func fetch(_ chunks: [Chunk], land: @escaping @Sendable (Chunk, [UInt8]) throws -> Void) throws {
        if chunks.isEmpty { return }
        var missing = chunks
        var landed = 0
        var fruitless = 0
        var usesRanges = true, ignored = 0
        var sources = [source]
        while !missing.isEmpty {
            let runs = usesRanges ? runs(of: missing) : []
            while sources.count < min(connections, runs.count) { sources.append(try source.another()) }
            let round = FetchRound(missing, runs: runs, path: path, traffic: traffic, land: land)
            let before = landed
            round.run(over: sources) { progress(before + $0) }
            let left = round.missing
            landed += round.landed
            let hasFailed = left.count == missing.count
            missing = left
            if missing.isEmpty { return }

            let problem = round.problem
            // Some servers don't know ranges only now and then.
            if round.landed > 0 { ignored = 0 }
            if case TransportError.rangeIgnored? = problem, usesRanges {
                ignored += 1
                usesRanges = !readsWhole
                // The source has turned to its next mirror, which may know ranges.
                if readsWhole || ignored == 1 { continue }
            }
            if let problem, !((problem as? TransportError)?.isWorthAnotherTry ?? false) { throw problem }
            // Bytes that are wrong may be right elsewhere; a source that failed has turned by itself.
            if problem == nil { _ = source.turn() }
            fruitless = hasFailed ? fruitless + 1 : 0
            guard fruitless < patience else { throw problem ?? damage(missing) }
            if hasFailed || problem != nil { try pause(max(1, fruitless)) }
        }
    }

    private func damage(_ missing: [Chunk]) -> UpdateError {
        let first = missing.min { $0.range.lowerBound < $1.range.lowerBound }
        return .damaged(member: first?.member ?? path, chunk: first?.number ?? 0)
    }
}

extension TransportError {
    /// Whether chunks are asked for again after this: elsewhere, or a little later. What a server makes of a range may
    /// be better the next time, and a file that isn't there may be at the next mirror.
    fileprivate var isWorthAnotherTry: Bool {
        switch self {
        case .wrongRange, .tooLong, .notFound, .badRedirect, .refused: true
        default: isTransient
        }
    }
}
