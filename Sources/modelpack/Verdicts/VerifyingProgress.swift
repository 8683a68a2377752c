import Glibc

/// How far the asking is, and how long it will take: one line on a terminal, a plain one now and then elsewhere.
struct VerifyingProgress {
    private let common: CommonOptions
    private let isTerminal = isatty(2) == 1
    private let start = ContinuousClock.now
    private var next = ContinuousClock.now
    private var done = 0

    init(_ common: CommonOptions) {
        self.common = common
        // What is done at once needs no line.
        next += .seconds(isTerminal ? 0 : 10)
    }

    /// Counts `more` questions as answered, of `total`.
    mutating func show(_ more: Int, of total: Int) {
        done += more
        let now = ContinuousClock.now
        guard !common.quiet, now >= next else { return }
        next = now + (isTerminal ? .milliseconds(100) : .seconds(10))
        let line = Self.line(done, of: total, after: (now - start) / .seconds(1))
        if isTerminal { printStatus(line) } else { common.note(line) }
    }

    /// Clears the line for what comes after it.
    func finish() {
        if isTerminal, !common.quiet { printStatus("") }
    }

    /// What is shown after so many seconds.
    static func line(_ done: Int, of total: Int, after seconds: Double) -> String {
        let left = Int((seconds / Double(max(done, 1)) * Double(total - done)).rounded(.up))
        return "asking: \(done) of \(total), \(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left"
    }
}
