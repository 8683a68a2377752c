import Glibc

/// How far a push or a pull is: one line on a terminal, nothing elsewhere.
struct ShippingProgress {
    private let verb: String
    private let isShown: Bool
    private let start = ContinuousClock.now

    init(_ verb: String, _ common: CommonOptions) {
        self.verb = verb
        isShown = !common.quiet && isatty(2) == 1
    }

    func show(_ done: Int, of total: Int) {
        guard isShown, done > 0 else { return }
        if done == total { return printStatus("") }
        let rate = Double(done) / max((ContinuousClock.now - start) / .seconds(1), 0.001)
        let left = Int((Double(total - done) / rate).rounded(.up))
        printStatus(
            "\(verb): \(done * 100 / total) % of \(total / 1_000_000) MB, \(Int(rate / 1_000_000)) MB/s, "
                + "\(left / 60):\(left % 60 < 10 ? "0" : "")\(left % 60) left")
    }
}
