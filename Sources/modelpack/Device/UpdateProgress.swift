import Updating

/// Shows how an update goes on, step by step.
struct UpdateProgress {
    private let common: CommonOptions
    private let progress: Progress

    init(_ common: CommonOptions) {
        self.common = common
        progress = Progress("fetching", common)
    }

    func show(_ event: UpdateEvent) {
        switch event {
        case .refreshing: common.note("asking the repository for what is new")
        case .planned(let model, let version, let plan):
            common.note("\(model) \(version):\n" + plan.text)
            progress.restart("fetching \(model) \(version)")
        case .fetching(_, _, let done, let total): progress.show(done, of: total)
        case .deltaFailed(let model, let from, let error):
            common.note(
                "\(model): the delta from \(from) is of no use: \((error as? any Explained)?.message ?? "\(error)")")
        case .fetched(let model, let version, let landed, let wasted):
            var more = wasted > 0 ? ", and \(readable(wasted)) for nothing" : ""
            if wasted > landed { more += " (does the server know byte ranges?)" }
            if landed + wasted > 0 { common.note("fetched \(model) \(version): \(readable(landed))\(more)") }
        case .reportsWait(let address, let error):
            common.note("reports wait: \((error as? any Explained)?.message ?? address)")
        case .testing(let model, let version): common.note("testing \(model) \(version)")
        case .switching(let model, let version): common.note("switching to \(model) \(version)")
        }
    }
}

extension FetchSummary {
    /// Where the bytes come from, and what room they need: two lines.
    var text: String {
        var sources = ["\(readable(here)) are here"]
        if let deltaFrom { sources.append("\(readable(delta)) of a delta from \(deltaFrom)") }
        sources.append("\(readable(ranges)) of the bundle to fetch")
        let space = spaceFree > 0 ? "\n  room: \(readable(spaceNeeded)) needed, \(readable(spaceFree)) free" : ""
        return "  " + sources.joined(separator: ", ") + space
    }
}
