import Glibc

/// How far a conversion is, how fast, and how long it will take: one line on a terminal, nothing elsewhere.
struct ConversionProgress {
    private let isShown: Bool
    private let start = ContinuousClock.now
    private var next = ContinuousClock.now

    init(_ common: CommonOptions) { isShown = !common.quiet && isatty(2) == 1 }

    /// Shows `done` of `total` bytes, ten times a second at most.
    mutating func show(_ done: Int, of total: Int) {
        let now = ContinuousClock.now
        guard isShown, now >= next, done > 0 else { return }
        next = now + .milliseconds(100)
        printStatus(Self.line(done, of: total, after: (now - start) / .seconds(1)))
    }

    /// Clears the line for what comes after it.
    func finish() {
        if isShown { printStatus("") }
    }

    /// What is shown after so many seconds.
    static func line(_ done: Int, of total: Int, after seconds: Double) -> String {
        let rate = Double(done) / max(seconds, 0.001)
        let left = Int((Double(total - done) / rate).rounded(.up))
        let time = "\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60)"
        return "converting: \(done * 100 / max(total, 1)) % of \(total / 1_000_000) MB, "
            + "\(Int(rate / 1_000_000)) MB/s, \(time) left"
    }
}

/// Replaces the terminal's line on stderr.
func printStatus(_ text: String) {
    let bytes = Array("\r\(text)\u{1B}[K".utf8)
    // The array is valid for the call.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}
