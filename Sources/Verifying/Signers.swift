import Signatures

/// Whose signatures a bundle must have.
public struct Signers: Sendable {
    package let policy: Policy

    /// Reads a policy: YAML that people wrote, or what a repository carries.
    ///
    /// `file` is what a mistake is reported of. Throws failures of the kinds `damaged` and `usage`.
    public init(policy bytes: [UInt8], file: String = "policy.yaml") throws {
        policy = try PolicyDocument(parsing: bytes, file: file).policy
    }

    /// Takes public keys, and certificates that signers' certificates must lead to, all as PEM.
    ///
    /// - Parameters:
    ///   - keys: each with the name to call it by.
    ///   - roots: texts of one or more certificates.
    ///   - threshold: how many must have signed; by default all keys, and one certificate where there are roots.
    public init(keys: [(name: String, pem: String)], roots: [String] = [], threshold: Int? = nil) throws {
        policy = try Policy(
            threshold: threshold ?? keys.count + (roots.isEmpty ? 0 : 1),
            keys: try keys.map { Policy.Key(name: $0.name, key: try PublicKey(pem: $0.pem)) },
            roots: try roots.flatMap(Certificate.reading), required: threshold == nil ? keys.map(\.name) : [])
    }
}
