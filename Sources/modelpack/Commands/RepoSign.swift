import ArgumentParser
import FoundationEssentials
import Publishing

struct RepoSign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign",
        abstract: "Add one more person's signatures to what waits for them.",
        discussion: """
            Half-signed metadata waits in pending/ and is never served. Once enough keys have signed, it is published, \
            with the snapshot's and the timestamp's keys if they are at hand. Look at it first: `modelpack repo \
            status` shows what waits, and its SHA-256 for signers to compare.

            Examples:
              modelpack repo sign repository --keys /media/bob
              modelpack repo sign repository --keys keys --discard
            """)

    @Argument(help: "The repository's folder.", completion: .directory)
    var folder: String

    @Option(help: "The folder with this person's private keys.", completion: .directory)
    var keys: String

    @Flag(help: "Drop what waits instead.")
    var discard = false

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let signing = Countersigning(
            folder: RepositoryFolder(folder), keys: RepositoryKeys(folder: keys, password: try password.read()))
        if discard {
            let dropped = try signing.discard()
            try common.report(["discarded": dropped], text: "discarded: " + dropped.joined(separator: ", "))
            return
        }
        let outcome = try signing.run(now: Date())
        try common.report(outcome, text: outcome.text)
    }
}

extension ChangeOutcome {
    /// For people: what clients get, or what is lacking.
    var text: String {
        guard !waiting.isEmpty else { return "published: " + written.joined(separator: ", ") }
        return waiting.map(\.text).joined(separator: "\n")
    }
}

extension ChangeOutcome.Waiting {
    var text: String {
        "\(role) v\(version) waits for signatures: \(signatures) of \(threshold)  sha256 \(content)"
    }
}
