import ArgumentParser
import Files
import Signatures

struct PolicySign: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sign", abstract: "Sign a policy, so that devices take it in place of the one before.",
        discussion: """
            Devices follow a policy whose version is one higher, signed by the threshold of the old policy's keys and \
            by that of its own. Each of those people signs the file in turn; YAML becomes a signed policy.json beside \
            it.

            Examples:
              modelpack policy sign policy.yaml --key alice.key
              modelpack policy sign policy.json --key bob.key
            """)

    @Argument(help: "The policy (YAML), or one that others have signed already.", completion: .file())
    var file: String

    @OptionGroup var signing: SigningKeyOptions

    @Option(
        name: .shortAndLong, help: "Where the signed policy goes; beside the YAML, or in place, unless given.",
        completion: .file())
    var output: String?

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if signing.paths.isEmpty { throw ValidationError("Missing expected argument '--key <key>'") }
    }

    func run() throws {
        let bytes = try FileSystem.read(file, limit: 1 << 20)
        var document = try PolicyDocument(parsing: bytes, file: file)
        for key in try signing.keys() { try document.sign(with: key) }
        let destination = output ?? Self.destination(for: file)
        try FileSystem.replace(destination, with: document.encoded)
        try common.report(
            Result(policy: destination, version: document.policy.version, keys: document.keyIDs),
            text: "\(destination): version \(document.policy.version) has \(count(document.keyIDs.count, "signature"))")
    }

    private static func destination(for file: String) -> String {
        for suffix in [".yaml", ".yml"] where file.hasSuffix(suffix) { return file.dropLast(suffix.count) + ".json" }
        return file
    }

    private struct Result: Encodable {
        let policy: String
        let version: Int
        let keys: [String]
    }
}
