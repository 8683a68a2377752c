import Checkpoints
import Tensors

/// A plan being carried out: the file's bytes in order, converted on several threads, a few megabytes at a time.
///
/// The bytes depend on the plan alone, never on the number of threads or on who is faster.
package struct Conversion: ~Copyable {
    private let plan: Plan
    private let pieces: [Piece]
    private var nextPiece = 0
    /// Conversions under way, in the order of the file.
    private var pending: [Task<[UInt8], any Error>] = []
    private let window: Int
    private var sentHeader = false

    /// Starts converting; at most `threads` pieces are worked on at once.
    ///
    /// A piece has about `pieceElements` numbers: enough to be worth a task, few enough to keep memory low.
    package init(_ plan: Plan, threads: Int, cores: Int, pieceElements: Int = 1 << 20) {
        self.plan = plan
        pieces = plan.steps.flatMap { Piece.pieces(of: $0, elements: pieceElements) }
        // The runtime runs as many tasks as there are cores; more of them waiting keep all of these busy.
        window = threads < cores ? max(1, threads) : 2 * max(1, cores)
        fill()
    }

    deinit {
        for task in pending { task.cancel() }
    }

    /// The next bytes of the file, padding included; nil at its end.
    package mutating func next() async throws -> [UInt8]? {
        if !sentHeader {
            sentHeader = true
            return plan.layout.header
        }
        guard !pending.isEmpty else { return nil }
        let bytes = try await pending.removeFirst().value
        fill()
        return bytes
    }

    private mutating func fill() {
        while pending.count < window, nextPiece < pieces.count {
            let piece = pieces[nextPiece]
            nextPiece += 1
            pending.append(Task.detached { try piece.convert() })
        }
    }
}
