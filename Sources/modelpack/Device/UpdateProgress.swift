import Glibc
import Synchronization
import Updating

/// Shows how an update goes on: a line that moves on a terminal, plain lines otherwise, nothing with `--quiet`.
struct UpdateProgress {
    private let common: CommonOptions
    private let isTerminal = isatty(2) == 1

    init(_ common: CommonOptions) {
        self.common = common
    }

    func show(_ event: UpdateEvent) {
        switch event {
        case .refreshing: common.note("asking the repository for what is new")
        case .fetching(let model, let version, let done, let total):
            showFetching("fetching \(model) \(version)", done, total)
        case .planned(let model, let version, let plan): common.note("\(model) \(version):\n" + plan.text)
        case .deltaFailed(let model, let from, let error):
            common.note(
                "\(model): the delta from \(from) is of no use: \((error as? any Explained)?.message ?? "\(error)")")
        case .fetched(let model, let version, _, let wasted):
            if wasted > 0 { common.note("\(model) \(version): \(wasted) bytes came for nothing") }
        case .reportsWait(let address, let error):
            common.note("reports wait: \((error as? any Explained)?.message ?? address)")
        case .testing(let model, let version): common.note("testing \(model) \(version)")
        case .switching(let model, let version): common.note("switching to \(model) \(version)")
        }
    }

    private func showFetching(_ what: String, _ done: Int, _ total: Int) {
        if common.quiet { return }
        if isTerminal {
            let line = "\r\(what): \(done * 100 / max(1, total)) % of \(total >> 10) KiB" + (done == total ? "\n" : "")
            // The array is valid for the call.
            _ = unsafe Array(line.utf8).withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
        } else if done == total {
            common.note("\(what): \(total) bytes")
        }
    }
}

extension FetchSummary {
    /// Where the bytes come from, and what room they need: two lines.
    var text: String {
        var sources = ["\(here) bytes are here"]
        if let deltaFrom { sources.append("\(delta) of a delta from \(deltaFrom)") }
        sources.append("\(ranges) of the bundle to fetch")
        let space = spaceFree > 0 ? "\n  room: \(spaceNeeded) bytes needed, \(spaceFree) free" : ""
        return "  " + sources.joined(separator: ", ") + space
    }
}
