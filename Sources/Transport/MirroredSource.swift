import Synchronization

/// One repository at several addresses: where one fails, the next is asked.
///
/// What comes in one piece is asked for everywhere before it counts as missing or failed. What is handed on as it comes
/// can't be taken back; there the next call goes to the next address.
package final class MirroredSource: Source {
    private let mirrors: [any Source]
    /// How many times in all another mirror took over.
    private let turns: Mutex<Int>
    /// How often every mirror may fail a file before that is an error.
    private let rounds: Int
    /// Called before every mirror is asked once more, with the number of the round that failed; may throw instead.
    private let pause: @Sendable (_ round: Int) throws -> Void

    /// `mirrors` has at least one source; the first is asked first.
    package convenience init(
        _ mirrors: [any Source], rounds: Int = 3, pause: @escaping @Sendable (_ round: Int) throws -> Void = { _ in }
    ) {
        self.init(mirrors, turns: 0, rounds: rounds, pause: pause)
    }

    private init(
        _ mirrors: [any Source], turns: Int, rounds: Int, pause: @escaping @Sendable (_ round: Int) throws -> Void
    ) {
        precondition(!mirrors.isEmpty)
        self.mirrors = mirrors
        self.turns = Mutex(turns)
        self.rounds = rounds
        self.pause = pause
    }

    private var current: any Source { mirrors[turns.withLock { $0 } % mirrors.count] }

    package func turn() -> Bool {
        turns.withLock {
            $0 += 1
            return !$0.isMultiple(of: mirrors.count)
        }
    }

    package func another() throws(TransportError) -> any Source {
        var others: [any Source] = []
        for mirror in mirrors { others.append(try mirror.another()) }
        return MirroredSource(others, turns: turns.withLock { $0 }, rounds: rounds, pause: pause)
    }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        try turningOnFailure { try $0.fetch(path, limit: limit, into: sink) }
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        try turningOnFailure { try $0.fetch(path, range: range, into: sink) }
    }

    package func fetch(_ path: String, limit: Int) throws -> [UInt8] {
        try fetchAnywhere(isProbe: false) { try $0.fetch(path, limit: limit) }
    }

    /// One mirror's word that there is no such file is enough.
    package func fetch(ifPresent path: String, limit: Int) throws -> [UInt8]? {
        do {
            return try fetchAnywhere(isProbe: true) { try $0.fetch(path, limit: limit) }
        } catch TransportError.notFound {
            return nil
        }
    }

    private func turningOnFailure(_ body: (any Source) throws -> Void) throws {
        do {
            try body(current)
        } catch let error as TransportError {
            _ = turn()
            throw error
        }
    }

    private func fetchAnywhere(isProbe: Bool, _ body: (any Source) throws -> [UInt8]) throws -> [UInt8] {
        var first: TransportError?
        for round in 0..<rounds {
            if round > 0 { try pause(round) }
            var isTransient = false
            for _ in mirrors {
                do {
                    return try body(current)
                } catch let error as TransportError {
                    if isProbe, case .notFound = error { throw error }
                    first = first ?? error
                    isTransient = isTransient || error.isTransient
                    _ = turn()
                }
            }
            // What every mirror refuses for good isn't asked for again.
            if !isTransient { break }
        }
        throw first ?? TransportError.badAddress("")
    }
}

extension TransportError {
    /// Whether the same request may well succeed a little later.
    package var isTransient: Bool {
        switch self {
        case .truncated, .timedOut, .unreachable: true
        case .refused(_, let status): status >= 500 || status == 429
        default: false
        }
    }
}
