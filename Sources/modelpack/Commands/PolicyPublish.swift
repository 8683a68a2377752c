import ArgumentParser
import Files
import FoundationEssentials
import Publishing
import Signatures

struct PolicyPublish: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "publish", abstract: "Put a signed policy into a repository, where devices follow it.",
        discussion: """
            Needs the keys of targets, snapshot and timestamp. A policy that devices would refuse is not published.

            Examples:
              modelpack policy publish policy.json --repo repository --keys keys
            """)

    @Argument(help: "The signed policy.", completion: .file())
    var file: String

    @OptionGroup var repository: RepositoryOptions
    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        let version: Int
        let waiting: [ChangeOutcome.Waiting]
    }

    func run() throws {
        let document = try PolicyDocument(parsing: FileSystem.read(file, limit: 1 << 20), file: file)
        let change = PolicyChange(folder: repository.folder, keys: try repository.openKeys())
        let outcome = try change.run(document, now: Date())
        let version = document.policy.version
        try common.report(
            Report(version: version, waiting: outcome.waiting),
            text: outcome.waiting.isEmpty ? "devices follow version \(version) of the policy" : outcome.text)
    }
}
