import ArgumentParser
import Files
import Signatures
import Verifying

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
            throw ValidationError("give --policy, or --key or --root")
        }
        guard threshold == nil || policyFile == nil else { throw ValidationError("--threshold goes with --key") }
        if let threshold, threshold < 1 || roots.isEmpty && threshold > keys.count {
            throw ValidationError("--threshold takes a number from 1 to the number of keys")
        }
    }

    /// What the options state.
    func signers() throws -> Signers {
        if let policyFile {
            return try Signers(policy: FileSystem.read(policyFile, limit: 1 << 20), file: policyFile)
        }
        // Here, where the file is known by name.
        for path in keys { _ = try locating(path) { try PublicKey(pem: readText(path)) } }
        for path in roots { _ = try readCertificates(path) }
        return try Signers(
            keys: keys.map { .init(name: FileSystem.name(of: $0), pem: try readText($0)) }, roots: roots.map(readText),
            threshold: threshold)
    }
}

private func readText(_ path: String) throws -> String {
    String(decoding: try FileSystem.read(path, limit: 1 << 18), as: UTF8.self)
}

/// Reads a file of certificates (PEM).
func readCertificates(_ path: String) throws -> [Certificate] {
    let pem = try readText(path)
    return try locating(path) { try Certificate.reading(pem: pem) }
}
