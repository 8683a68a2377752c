import ArgumentParser
import FoundationEssentials
import Publishing

struct RepoWithdraw: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "withdraw",
        abstract: "Take a version back: no channel offers it, until it is published again.",
        discussion: """
            Devices that have it keep it; to take them back, publish an older version with --step-back, before or \
            after. It takes the targets' key to publish it again, and only the same content. The files stay until \
            `modelpack repo prune`.

            Examples:
              modelpack repo withdraw home 1.1.0 --repo repository --keys keys
            """)

    @Argument(help: "The model's name.")
    var name: String

    @Argument(help: ArgumentHelp("The version that goes.", valueName: "version"))
    var release: String

    @OptionGroup var repository: RepositoryOptions

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let name, version: String
        let channels: [String]
        let waiting: [ChangeOutcome.Waiting]
    }

    func run() throws {
        let withdrawal = Withdrawal(
            folder: repository.folder, keys: try repository.openKeys())
        let (channels, outcome) = try withdrawal.run(name, release, now: Date())
        let places = channels.isEmpty ? "; no channel offered it" : " from " + channels.joined(separator: ", ")
        try common.report(
            Report(name: name, version: release, channels: channels, waiting: outcome.waiting),
            text: outcome.waiting.isEmpty ? "\(name) \(release) is withdrawn\(places)" : outcome.text)
    }
}
