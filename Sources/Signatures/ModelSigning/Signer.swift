/// Who signs models: a private key, and certificates where somebody vouches for it.
package struct Signer: Sendable {
    package let key: PrivateKey
    /// The key's own first; empty for a key that verifiers know by itself.
    package let certificates: [Certificate]

    package init(_ key: PrivateKey) {
        self.key = key
        certificates = []
    }

    /// Takes certificates in any order; the key's own must be among them.
    package init(_ key: PrivateKey, certificates: [Certificate]) throws(SignatureError) {
        guard let own = certificates.first(where: { $0.publicKey == key.publicKey }) else {
            throw .certificateOfAnotherKey(subject: certificates.first?.subject ?? "")
        }
        self.key = key
        self.certificates = [own] + certificates.filter { $0 != own }
    }
}
