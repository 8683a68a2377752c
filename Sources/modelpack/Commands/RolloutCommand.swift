import ArgumentParser
import FoundationEssentials
import Publishing

struct RolloutCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollout",
        abstract: "Offer a channel's newest release to more devices, or to no more.",
        discussion: """
            Needs the keys of the channel, snapshot and timestamp. A device that takes part at some percentage takes \
            part at every higher one.

            Examples:
              modelpack rollout home --repo repository --keys keys --channel stable \\
                --percent 25
              modelpack rollout home --repo repository --keys keys --channel stable --halt
            """)

    @Argument(help: "The model's name.")
    var name: String

    @OptionGroup var repository: RepositoryOptions

    @Option(help: "The channel, such as stable.")
    var channel: String

    @Option(help: "The part of the devices that gets it, in percent, with up to two decimals.")
    var percent: Percentage?

    @Flag(help: "No more devices get it; those that have it keep it.")
    var halt = false

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let name, version, channel: String
        let percent: Double
        let waiting: [ChangeOutcome.Waiting]
    }

    func validate() throws {
        guard (percent != nil) != halt else { throw ValidationError("give either --percent or --halt") }
    }

    func run() throws {
        let share = halt ? Percentage(value: 0) : percent ?? Percentage(value: 0)
        let rollout = Rollout(
            folder: repository.folder, keys: try repository.openKeys(),
            channel: channel)
        let (version, outcome) = try rollout.run(name, percent: share.value, now: Date())
        try common.report(
            Report(name: name, version: version, channel: channel, percent: share.value, waiting: outcome.waiting),
            text: outcome.waiting.isEmpty
                ? "\(channel) offers \(name) \(version) to \(share.text) of the devices" : outcome.text)
    }
}
