import Glibc
import Synchronization
import Verifying

/// How far something is, how fast, and how long it will take: a bar on a terminal, a plain line every ten seconds
/// elsewhere, nothing with `--quiet`. The bar goes when anything else is printed.
final class Progress: Sendable {
    private struct State {
        var what: String
        var start = ContinuousClock.now
        var next = ContinuousClock.now
    }

    private static let isShown = Atomic(false)

    private let isQuiet: Bool
    private let countsBytes: Bool
    private let state: Mutex<State>

    init(_ what: String, _ common: CommonOptions, countsBytes: Bool = true) {
        isQuiet = common.quiet
        self.countsBytes = countsBytes
        state = Mutex(State(what: what))
        restart(what)
    }

    /// Begins with something else.
    func restart(_ what: String) {
        // What is done at once needs no plain line.
        let next = ContinuousClock.now + (Terminal.errors.isLive ? .zero : .seconds(10))
        state.withLock { $0 = State(what: what, next: next) }
    }

    /// Shows `done` of `total`, ten times a second at most.
    func show(_ done: Int, of total: Int) {
        if isQuiet || done < 1 { return }
        let terminal = Terminal.errors
        state.withLock { state in
            let now = ContinuousClock.now
            guard now >= state.next else { return }
            state.next = now + (terminal.isLive ? .milliseconds(100) : .seconds(10))
            let seconds = (now - state.start) / .seconds(1)
            let columns = terminal.isLive ? terminal.columns - 1 : nil
            let line = Self.line(
                state.what, done, of: total, after: seconds, countsBytes: countsBytes, columns: columns,
                paint: terminal.paint)
            guard terminal.isLive else { return printError(line) }
            Self.isShown.store(true, ordering: .relaxed)
            writeToErrors("\r\(line)\u{1B}[K")
        }
    }

    /// Takes the bar away; whoever prints a line calls this first.
    static func clear() {
        if isShown.exchange(false, ordering: .relaxed) { writeToErrors("\r\u{1B}[K") }
    }

    /// What is shown after so many seconds. Without `columns` there is no bar; with them, what doesn't fit is left out:
    /// the amount first, then the rate, then the time, then the bar.
    static func line(
        _ what: String, _ done: Int, of total: Int, after seconds: Double, countsBytes: Bool = true,
        columns: Int? = nil, paint: Paint = .none
    ) -> String {
        let rate = Double(done) / max(seconds, 0.001)
        let left = Int((Double(max(0, total - done)) / rate).rounded(.up))
        let share = min(1, Double(done) / Double(max(total, 1)))
        let percent = "\(Int(share * 100)) %"
        let now = countsBytes ? readable(done, like: total) : "\(done)",
            end = countsBytes ? readable(total) : "\(total)"
        let speed = countsBytes ? "\(readable(Int(rate)))/s" : "\(fixed(rate, rate < 10 ? 1 : 0))/s"
        let time = "\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
        guard let columns else {
            return "\(what): \([percent, "\(now) of \(end)", speed, time].joined(separator: ", "))"
        }
        // The bar keeps its place while the figures change.
        let amount = flushRight(now, countsBytes ? readable(total, like: total).count : end.count) + " of " + end
        let (steady, pace, rest) = (
            flushRight(percent, 5), flushRight(speed, countsBytes ? 10 : 6), flushRight(time, 10)
        )
        let choices = [[steady, amount, pace, rest], [steady, pace, rest], [steady, rest], [steady]]
            .map { $0.joined(separator: "  ") }
        for text in choices {
            let width = min(columns - what.count - text.count - 4, 32)
            guard width >= 8 else { continue }
            let filled = bar(share, width)
            let blank = String(repeating: " ", count: width - filled.count)
            return "\(what)  ▕\(paint(filled, .bar))\(blank)▏\(text)"
        }
        let text = choices.first { what.count + $0.count < columns }
        return text.map { "\(what) \($0)" } ?? String("\(percent) \(what)".prefix(max(columns, 0)))
    }
}

private func flushRight(_ text: String, _ width: Int) -> String {
    String(repeating: " ", count: max(0, width - text.count)) + text
}

/// `share` of `width` characters, filled to an eighth; something is never nothing.
func bar(_ share: Double, _ width: Int) -> String {
    let eighths = max(1, Int((share * Double(width * 8)).rounded()))
    let parts = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    return String(repeating: "█", count: eighths / 8) + parts[eighths % 8]
}
