import ArgumentParser
import Files
import Signatures

/// Whose signatures a bundle must have: public keys, or a policy.
struct TrustOptions: ParsableArguments {
    @Option(
        name: .customLong("key"), help: "A public key (PEM) that must have signed; may be given more than once.",
        completion: .file())
    var keys: [String] = []

    @Option(
        name: .customLong("root"),
        help: "A certificate (PEM) that the signer's certificates must lead to; may be given more than once.",
        completion: .file())
    var roots: [String] = []

    @Option(
        name: .customLong("policy"), help: "A policy (YAML): keys, roots, threshold and who is required.",
        completion: .file())
    var policyFile: String?

    @Option(help: "How many must have signed; all keys, and one certificate where there are roots, if not given.")
    var threshold: Int?

    func validate() throws {
        guard (keys.isEmpty && roots.isEmpty) != (policyFile == nil) else {
            throw ValidationError("give either --policy, or --key and --root")
        }
        guard threshold == nil || policyFile == nil else { throw ValidationError("--threshold goes with --key") }
        if let threshold, threshold < 1 || roots.isEmpty && threshold > keys.count {
            throw ValidationError("--threshold takes a number from 1 to the number of keys")
        }
    }

    /// The policy that the options state.
    func policy() throws -> Policy {
        if let policyFile {
            return try PolicyDocument(parsing: FileSystem.read(policyFile, limit: 1 << 20), file: policyFile).policy
        }
        let keys = try keys.map { path in
            let pem = String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self)
            return Policy.Key(name: FileSystem.name(of: path), key: try locating(path) { try PublicKey(pem: pem) })
        }
        return try Policy(
            threshold: threshold ?? keys.count + (roots.isEmpty ? 0 : 1), keys: keys,
            roots: roots.flatMap(readCertificates), required: threshold == nil ? keys.map(\.name) : [])
    }
}

/// Reads a file of certificates (PEM).
func readCertificates(_ path: String) throws -> [Certificate] {
    let pem = String(decoding: try FileSystem.read(path, limit: 1 << 18), as: UTF8.self)
    return try locating(path) { try Certificate.reading(pem: pem) }
}
