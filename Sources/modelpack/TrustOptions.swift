import ArgumentParser
import Files
import Signatures

/// Whose signatures a bundle must have: public keys, or a policy.
struct TrustOptions: ParsableArguments {
    @Option(name: .customLong("key"), help: "A public key (PEM) that must have signed; may be given more than once.")
    var keys: [String] = []

    @Option(name: .customLong("policy"), help: "A policy (YAML): keys, threshold and who is required.")
    var policyFile: String?

    @Option(help: "How many of the keys must have signed; all of them if not given.")
    var threshold: Int?

    func validate() throws {
        guard keys.isEmpty != (policyFile == nil) else { throw ValidationError("give either --key or --policy") }
        guard threshold == nil || policyFile == nil else { throw ValidationError("--threshold goes with --key") }
        if let threshold, !(1...keys.count).contains(threshold) {
            throw ValidationError("--threshold takes a number from 1 to the number of keys")
        }
    }

    /// The policy that the options state.
    func policy() throws -> Policy {
        if let policyFile {
            let text = String(decoding: try FileSystem.read(policyFile, limit: 1 << 20), as: UTF8.self)
            return try Policy(parsing: text, file: policyFile)
        }
        let keys = try keys.map { path in
            Policy.Key(
                name: FileSystem.name(of: path),
                key: try PublicKey(pem: String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self)))
        }
        return try Policy(threshold: threshold ?? keys.count, keys: keys)
    }
}
