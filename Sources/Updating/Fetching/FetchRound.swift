import Dispatch
import Synchronization
import Transport

/// One attempt at some chunks: every one of them is asked for once.
final class FetchRound: Sendable {
    private struct State {
        /// What is still to be asked for.
        var runs: ArraySlice<Range<Int>>
        var missing: Set<Chunk>
        var landed = 0
        var problem: (any Error)?
        var workers = 0
    }

    private let state: Mutex<State>
    private let chunks: [Chunk]
    private let usesRanges: Bool
    private let path: String
    private let traffic: Traffic
    private let land: @Sendable (Chunk, [UInt8]) throws -> Void
    private let hasChanged = DispatchSemaphore(value: 0)

    /// All that was wanted has come; the rest of the transfer isn't needed.
    private struct Done: Error {}

    /// `runs` are ranges of the file that hold all chunks; none for one pass over the whole file.
    init(
        _ chunks: [Chunk], runs: [Range<Int>], path: String, traffic: Traffic,
        land: @escaping @Sendable (Chunk, [UInt8]) throws -> Void
    ) {
        usesRanges = !runs.isEmpty
        state = Mutex(State(runs: runs.isEmpty ? [0..<0] : runs[...], missing: Set(chunks)))
        self.chunks = chunks
        self.path = path
        self.traffic = traffic
        self.land = land
    }

    /// The chunks that didn't come, or not as they should be.
    var missing: [Chunk] { state.withLock { Array($0.missing) } }
    var landed: Int { state.withLock { $0.landed } }
    /// What went wrong first, beside bytes that weren't right.
    var problem: (any Error)? { state.withLock { $0.problem } }

    /// Returns when all runs were tried; `progress` is called on this thread.
    func run(over sources: [any Source], progress: (_ landed: Int) -> Void) {
        state.withLock { $0.workers = sources.count }
        for (number, source) in sources.enumerated() {
            DispatchQueue(label: "modelpack.fetch.\(number)").async { self.work(source) }
        }
        var last = 0
        while true {
            hasChanged.wait()
            let (landed, workers) = state.withLock { ($0.landed, $0.workers) }
            if landed != last { progress(landed) }
            last = landed
            if workers == 0 { return }
        }
    }

    private func work(_ source: any Source) {
        while let run = state.withLock({ $0.runs.popFirst() }) {
            do {
                try fetch(run, from: source)
            } catch {
                state.withLock {
                    $0.problem = $0.problem ?? error
                    // What isn't the connection's fault will not go better on another one.
                    if !((error as? TransportError)?.isTransient ?? false) { $0.runs = [] }
                }
                break
            }
        }
        state.withLock { $0.workers -= 1 }
        hasChanged.signal()
    }

    private func fetch(_ run: Range<Int>, from source: any Source) throws {
        let wanted = usesRanges ? chunks.filter { run.contains($0.range.lowerBound) } : chunks
        var assembler = ChunkAssembler(wanted, from: run.lowerBound) { chunk, bytes in
            try self.land(chunk, bytes)
            self.traffic.land(bytes.count)
            self.state.withLock {
                $0.missing.remove(chunk)
                $0.landed += bytes.count
            }
            self.hasChanged.signal()
        }
        if usesRanges {
            defer { traffic.passOver(assembler.between) }
            try source.fetch(path, range: run) {
                traffic.receive($0.byteCount)
                try assembler.take($0)
            }
        } else {
            do {
                try source.fetch(path, limit: .max) {
                    traffic.receive($0.byteCount)
                    try assembler.take($0)
                    if assembler.isDone { throw Done() }
                }
            } catch is Done {}
        }
    }
}
