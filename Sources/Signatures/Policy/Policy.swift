import FoundationEssentials

/// Who must have signed a bundle.
package struct Policy: Hashable, Sendable {
    /// A signer's key under the name that people use.
    package struct Key: Hashable, Sendable {
        package let name: String
        package let key: PublicKey

        package init(name: String, key: PublicKey) {
            self.name = name
            self.key = key
        }
    }

    package let version: Int
    /// How many distinct keys must have signed, the certified ones among them.
    package let threshold: Int
    package let keys: [Key]
    /// Certificates whose word about a signer counts: each that leads to one of them makes its key one of the policy's.
    package let roots: [Certificate]
    /// Names of keys, or subjects of certificates, that must be among the signers.
    package let required: [String]

    /// The most signers that a policy may demand.
    private static let limit = 64

    package init(
        version: Int = 1, threshold: Int, keys: [Key], roots: [Certificate] = [], required: [String] = []
    ) throws(SignatureError) {
        guard version >= 1 else { throw .malformedPolicy(.version(version)) }
        var names: Set<String> = [], seen: Set<PublicKey> = []
        for key in keys {
            guard key.key.kind.isCurve else { throw .malformedPolicy(.keyNotForModels(key.name)) }
            guard names.insert(key.name).inserted else { throw .malformedPolicy(.repeatedName(key.name)) }
            guard seen.insert(key.key).inserted else { throw .malformedPolicy(.repeatedKey(key.name)) }
        }
        for (index, root) in roots.enumerated() where roots[..<index].contains(root) {
            throw .malformedPolicy(.repeatedRoot(subject: root.subject))
        }
        // A name that is no key's is a subject's, if certificates count at all.
        for name in required where roots.isEmpty && !names.contains(name) {
            throw .malformedPolicy(.unknownRequired(name))
        }
        let most = roots.isEmpty ? keys.count : Self.limit
        guard (1...max(1, most)).contains(threshold), most > 0 else {
            throw .malformedPolicy(.threshold(threshold, keys: keys.count))
        }
        self.version = version
        self.threshold = threshold
        self.keys = keys
        self.roots = roots
        self.required = required
    }

    /// Judges the signatures of one bundle. Without a time no certificate holds.
    ///
    /// Signatures by other keys count for nothing. One that names a key of this policy, or a certificate that leads to
    /// its roots, and does not verify, or verifies and names another, refuses the bundle, however many good ones are
    /// there.
    package func judge(_ signatures: [ModelSignature], at now: Date? = nil) -> PolicyVerdict {
        var signers: [PublicKey: String] = [:]
        var named: Set<String> = []
        var refusals: [PolicyRefusal] = [], doubts: [PolicyRefusal] = []
        for signature in signatures {
            if let key = keys.first(where: {
                $0.key.fingerprint.hex == signature.hint || signature.verifies(with: $0.key)
            }) {
                if signature.isSigned(by: key.key) {
                    signers[key.key] = key.name
                    named.insert(key.name)
                } else {
                    refusals.append(.invalidSignature(key: key.name))
                }
            } else if let certificate = signature.certificates.first {
                let problem = now.map { CertificateChain.problem(of: signature.certificates, below: roots, at: $0) }
                switch problem {
                case .some(.none) where signature.isSigned(by: certificate.publicKey):
                    signers[certificate.publicKey] = certificate.subject
                case .some(.none): refusals.append(.invalidSignature(key: certificate.subject))
                case .some(.some(let problem)) where !roots.isEmpty:
                    doubts.append(.invalidCertificate(subject: certificate.subject, problem))
                default: break
                }
            }
        }
        if signers.count < threshold { refusals.append(.tooFewSigners(found: signers.count, threshold: threshold)) }
        let keyNames = Set(keys.map(\.name))
        for name in required {
            // A certificate can't stand in for a key by taking its name.
            let hasSigned = keyNames.contains(name) ? named.contains(name) : signers.values.contains(name)
            if !hasSigned { refusals.append(.missingSigner(name)) }
        }
        return refusals.isEmpty ? .accepted(signers: signers.values.sorted()) : .refused(refusals + doubts)
    }
}

/// What a policy says about a bundle's signatures.
package enum PolicyVerdict: Hashable, Sendable {
    /// The names of the policy's keys and the subjects of certificates that signed, sorted.
    case accepted(signers: [String])
    case refused([PolicyRefusal])
}

/// A reason to refuse a bundle.
package enum PolicyRefusal: Hashable, Sendable {
    /// A signature claims this key and does not verify with it.
    case invalidSignature(key: String)
    case tooFewSigners(found: Int, threshold: Int)
    case missingSigner(String)
    /// Why a certificate doesn't count; never the only reason.
    case invalidCertificate(subject: String, CertificateProblem)
}
