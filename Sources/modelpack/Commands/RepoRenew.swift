import ArgumentParser
import FoundationEssentials
import Publishing

struct RepoRenew: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Sign the metadata again, with a new version and a new expiry.",
        discussion: """
            Without --role it renews what the keys at hand can sign, root excepted; the timestamp's key alone is enough
            for the daily run.

            EXAMPLES
              modelpack repo renew repository --keys keys
              modelpack repo renew repository --keys offline-keys --role root
            """)

    @Argument(help: "The repository's folder.")
    var folder: String

    @Option(help: "The folder with the roles' private keys.")
    var keys: String

    @Option(help: "The role: root, targets, snapshot or timestamp. Those that depend on it are renewed too.")
    var role: String?

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    struct Result: Encodable { let renewed: [String] }

    func run() throws {
        let renewal = Renewal(
            folder: RepositoryFolder(folder), keys: RepositoryKeys(folder: keys, password: try password.read()))
        let renewed = try renewal.run(role: role, now: Date())
        try common.report(Result(renewed: renewed), text: "renewed: " + renewed.joined(separator: ", "))
    }
}
