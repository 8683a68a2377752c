import ArgumentParser
import Updating

struct UpdateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "update",
        abstract: "Bring this device's models up to date.",
        discussion: """
            A new version is fetched, checked, asked its smoke test, and switched to in one step. Whatever happens in \
            between, the device keeps a whole, verified model; run the command again to go on. What is here already is \
            used, a delta is fetched where the repository has one from a version that is here, and the rest comes by \
            byte ranges. Mirrors, a proxy and a client's certificate stand in device.yaml; what it lets wait \
            (`automatic`, `schedule`) waits, and the exit code is 0. With --yes it is done at once.

            Examples:
              modelpack update
              modelpack update home --yes
              modelpack update home --dry-run
              modelpack update --metered --limit-rate 500
              modelpack update --from home-1.1.0.modelpack
            """)

    @Argument(help: ArgumentHelp("The model; without it, all that the channel carries.", valueName: "name"))
    var model: String?
    @OptionGroup var device: RootOption
    @Option(
        help: ArgumentHelp("Install this bundle, without the repository.", valueName: "bundle"), completion: .file())
    var from: String?
    @Flag(help: "Say what would be fetched, and what room it needs, and do nothing.")
    var dryRun = false
    @Flag(help: "Fetch and check, and don't switch.")
    var noActivate = false
    @Flag(help: "The owner's yes: do what the device's policy would let wait.")
    var yes = false
    @Option(help: ArgumentHelp("Kibibytes a second to fetch at most.", valueName: "n"))
    var limitRate: Int?
    @Flag(help: "Fetched bytes cost money: what has no delta waits for another link.")
    var metered = false
    @OptionGroup var common: CommonOptions

    func validate() throws {
        if let limitRate, limitRate < 1 { throw ValidationError("--limit-rate takes a positive number") }
        if model != nil, from != nil { throw ValidationError("a bundle says its own name: leave out NAME with --from") }
    }

    func run() throws {
        var options = UpdateOptions()
        options.isDryRun = dryRun
        options.activates = !noActivate
        options.isOwnersWish = yes
        options.isMetered = metered
        options.rate = limitRate
        let device = try device.open()
        let (checks, report) = (try device.checks(common), UpdateProgress(common).show)
        let results =
            try from.map { [try device.install(bundle: $0, options, strictly: checks, report: report)] }
            ?? device.update(model, options, strictly: checks, report: report)
        try UpdateReport.finish(results, common)
    }
}

/// What `update --json` prints.
struct UpdateReport: Encodable {
    /// The one that matters most.
    let outcome: UpdateResult.Outcome
    let models: [UpdateResult]

    init(_ results: [UpdateResult]) {
        let order: [UpdateResult.Outcome] = [
            .refused, .undecided, .installed, .trial, .staged, .available, .waiting, .blocked,
        ]
        outcome = order.first { outcome in results.contains { $0.outcome == outcome } } ?? .upToDate
        models = results
    }

    /// Prints the results and ends with the exit code that they deserve.
    static func finish(_ results: [UpdateResult], _ common: CommonOptions) throws {
        try common.report(UpdateReport(results), text: results.map(\.text).joined(separator: "\n"))
        if results.contains(where: { $0.outcome == .refused }) { throw ExitCode(ExitStatus.verdictIsNo.rawValue) }
        if results.contains(where: { $0.outcome == .undecided }) {
            throw ExitCode(ExitStatus.notForThisDevice.rawValue)
        }
    }
}

extension UpdateResult {
    fileprivate var text: String {
        let what = version.map { "\(model) \($0)" } ?? model
        let because = reason.map { ": \($0)" } ?? ""
        return switch outcome {
        case .upToDate: version == nil ? "\(model): nothing to install" : "\(what) is up to date"
        case .installed: "\(what) is installed and confirmed"
        case .trial: "\(what) is on trial until `modelpack confirm \(model)`"
        case .staged: "\(what) is fetched and checked; `modelpack activate \(model)` switches to it"
        case .available: "\(what) is available" + (plan.map { "\n" + $0.text } ?? "")
        case .waiting: "\(what) has to wait" + because + (plan.map { "\n" + $0.text } ?? "")
        case .blocked: "\(what) is blocked on this device; `modelpack unblock \(what)` lets it in again"
        case .refused: "\(what) is refused and blocked" + because
        case .undecided: "\(what) could not be judged" + because
        }
    }
}
