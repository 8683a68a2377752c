import ArgumentParser
import Files
import Signatures
import Verifying

struct PolicyCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "policy", abstract: "Say who must have signed bundles.",
        subcommands: [PolicyCreate.self, PolicySign.self, PolicyPublish.self])
}

struct PolicyCreate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create", abstract: "Write a policy from public keys.",
        discussion: """
            Examples:
              modelpack policy create --key alice=alice.pub --key bob=bob.pub \\
                --threshold 2 --output policy.yaml
            """)

    @Option(name: .customLong("key"), help: "A signer's name and public key: NAME=FILE.pub. Once for each signer.")
    var keys: [String] = []

    @Option(help: "How many of them must have signed.")
    var threshold = 1

    @Option(
        name: .customLong("root"),
        help: "A certificate (PEM); whoever has one that leads to it counts as a signer. Once for each root.",
        completion: .file())
    var roots: [String] = []

    @Option(name: .customLong("required"), help: "A signer without whom nothing counts; may be given more than once.")
    var required: [String] = []

    @Option(name: .customLong("policy-version"), help: "One more than that of the policy that this one replaces.")
    var policyVersion = 1

    @Option(help: "Where to write the policy; an existing file is kept.", completion: .file())
    var output: String

    @OptionGroup var common: CommonOptions

    private struct Report: Encodable {
        var policy: String
        var keys: [String]
        var threshold: Int
    }

    func validate() throws {
        guard !keys.isEmpty || !roots.isEmpty else { throw ValidationError("give at least one --key NAME=FILE.pub") }
    }

    func run() throws {
        let signers = try keys.map(Self.signer)
        let policy = try Policy(
            version: policyVersion, threshold: threshold, keys: signers, roots: roots.flatMap(readCertificates),
            required: required)
        let names = signers.map(\.name) + policy.roots.map { "those below \($0.subject)" }
        guard !FileSystem.exists(output) else { throw FileError.exists(path: output) }
        try FileSystem.replace(output, with: Array(Self.yaml(policy).utf8))
        try common.report(
            Report(policy: output, keys: signers.map(\.name), threshold: threshold),
            text: "\(output): \(threshold) of \(names.joined(separator: ", ")) must have signed")
    }

    private static func signer(_ argument: String) throws -> Policy.Key {
        guard let equals = argument.firstIndex(of: "="), equals != argument.startIndex else {
            throw ValidationError("--key takes NAME=FILE.pub, not \(argument)")
        }
        let file = String(argument[argument.index(after: equals)...])
        let pem = String(decoding: try FileSystem.read(file, limit: 1 << 16), as: UTF8.self)
        return Policy.Key(name: String(argument[..<equals]), key: try PublicKey(pem: pem))
    }

    private static func yaml(_ policy: Policy) -> String {
        var lines = [
            "# Who must have signed a bundle before a device believes it.",
            "version: \(policy.version)", "threshold: \(policy.threshold)",
            policy.keys.isEmpty ? "keys: []" : "keys:",
        ]
        for key in policy.keys {
            lines.append("  - name: \(quoted(key.name))")
            lines.append("    pem: |")
            lines += key.key.pem.split(separator: "\n").map { "      " + $0 }
        }
        if !policy.roots.isEmpty { lines.append("roots:") }
        for root in policy.roots {
            lines.append("  - |")
            lines += root.pem.split(separator: "\n").map { "    " + $0 }
        }
        if !policy.required.isEmpty {
            lines.append("required: [\(policy.required.map(quoted).joined(separator: ", "))]")
        }
        return lines.joined(separator: "\n") + "\n"
    }

    /// A YAML double-quoted scalar.
    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
