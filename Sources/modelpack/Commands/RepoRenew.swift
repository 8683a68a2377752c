import ArgumentParser
import FoundationEssentials
import Publishing

struct RepoRenew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Sign the metadata again, with a new version and a new expiry.",
        discussion: """
            Without --role it renews what the keys at hand can sign, root excepted; the timestamp's key alone is \
            enough for the daily run.

            Examples:
              modelpack repo renew repository --keys keys
              modelpack repo renew repository --keys offline-keys --role root
            """)

    @Argument(help: "The repository's folder.", completion: .directory)
    var folder: String

    @Option(help: "The folder with the roles' private keys.", completion: .directory)
    var keys: String

    @Option(help: "The role: root, targets, snapshot, timestamp or a channel. Those that depend on it are renewed too.")
    var role: String?

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    private struct Result: Encodable {
        let renewed: [String]
        let waiting: [ChangeOutcome.Waiting]
    }

    func run() throws {
        let renewal = Renewal(
            folder: RepositoryFolder(folder), keys: RepositoryKeys(folder: keys, password: try password.read()))
        let outcome = try renewal.run(role: role, now: Date())
        try common.noteExpired(in: renewal.folder)
        try common.report(
            Result(renewed: outcome.written, waiting: outcome.waiting),
            text: outcome.waiting.isEmpty ? "renewed: " + outcome.written.joined(separator: ", ") : outcome.text)
    }
}
