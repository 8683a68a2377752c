import Signatures

/// Whose signatures a bundle must have.
public struct Signers: Sendable {
    package let policy: Policy

    /// A public key that must have signed, or may have.
    public struct Key: Equatable, Sendable {
        /// What verdicts call it.
        public let name: String
        /// The key as PEM.
        public let pem: String

        /// A key and the name to call it by.
        public init(name: String, pem: String) {
            self.name = name
            self.pem = pem
        }
    }

    /// Reads a policy: YAML that people wrote, or what a repository carries.
    ///
    /// `file` is what a mistake is reported of. Throws failures of the kinds `damaged` and `usage`.
    public init(policy bytes: [UInt8], file: String = "policy.yaml") throws {
        policy = try PolicyDocument(parsing: bytes, file: file).policy
    }

    /// Takes public keys, and certificates that signers' certificates must lead to, all as PEM.
    ///
    /// - Parameters:
    ///   - keys: public keys; each has a name of its own.
    ///   - roots: texts of one or more certificates.
    ///   - threshold: how many must have signed; by default all keys, and one certificate where there are roots.
    public init(keys: [Key], roots: [String] = [], threshold: Int? = nil) throws {
        policy = try Policy(
            threshold: threshold ?? keys.count + (roots.isEmpty ? 0 : 1),
            keys: try keys.map { Policy.Key(name: $0.name, key: try PublicKey(pem: $0.pem)) },
            roots: try roots.flatMap(Certificate.reading), required: threshold == nil ? keys.map(\.name) : [])
    }
}
