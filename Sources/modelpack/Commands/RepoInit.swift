import ArgumentParser
import Files
import FoundationEssentials
import Publishing
import Signatures

struct RepoInit: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Make a repository: plain files that any web server can host.",
        discussion: """
            The folder given with --keys holds root.key, targets.key, snapshot.key and timestamp.key; those that are \
            missing are made. Keep root.key offline: only `repo renew --role root` and rotations need it. A channel \
            gets a key of its own with the first bundle that is published there: <channel>.key.

            Examples:
              modelpack repo init repository --keys keys --policy policy.yaml
              modelpack repo init repository --keys keys --policy policy.yaml \\
                --threshold root=2
            """)

    @Argument(help: "The repository's folder; metadata/ and targets/ go there.", completion: .directory)
    var folder: String

    @Option(help: "The folder with the roles' private keys.", completion: .directory)
    var keys: String

    @Option(help: "Who must have signed the bundles: version, threshold, keys.", completion: .file())
    var policy: String

    @Option(help: "How many keys must sign for a role, as ROLE=N; 1 where not given.")
    var threshold: [String] = []

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    struct Result: Encodable {
        let repository, root: String
        let made: [String]
    }

    func run() throws {
        let founding = Founding(
            folder: RepositoryFolder(folder), keys: RepositoryKeys(folder: keys, password: try password.read()),
            policy: try PolicyDocument(parsing: FileSystem.read(policy, limit: 1 << 20), file: policy).policy,
            thresholds: try thresholds())
        let made = try founding.run(now: Date())
        for path in made { common.note("made \(path)") }
        let result = Result(repository: folder, root: founding.folder.metadata("1.root.json"), made: made)
        try common.report(result, text: "\(folder) is ready; devices start from \(result.root)")
    }

    private func thresholds() throws -> [String: Int] {
        var thresholds: [String: Int] = [:]
        for text in threshold {
            let parts = text.split(separator: "=", omittingEmptySubsequences: false)
            guard parts.count == 2, let number = Int(parts[1]) else {
                throw ValidationError("--threshold takes ROLE=N, and not '\(text)'.")
            }
            thresholds[String(parts[0])] = number
        }
        return thresholds
    }
}
