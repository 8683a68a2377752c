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
    /// How many distinct keys must have signed.
    package let threshold: Int
    package let keys: [Key]
    /// Names of keys that must be among the signers.
    package let required: [String]

    package init(version: Int = 1, threshold: Int, keys: [Key], required: [String] = []) throws(SignatureError) {
        guard version >= 1 else { throw .malformedPolicy(.version(version)) }
        var names: Set<String> = [], seen: Set<PublicKey> = []
        for key in keys {
            guard key.key.kind.isCurve else { throw .malformedPolicy(.keyNotForModels(key.name)) }
            guard names.insert(key.name).inserted else { throw .malformedPolicy(.repeatedName(key.name)) }
            guard seen.insert(key.key).inserted else { throw .malformedPolicy(.repeatedKey(key.name)) }
        }
        for name in required where !names.contains(name) { throw .malformedPolicy(.unknownRequired(name)) }
        guard (1...max(1, keys.count)).contains(threshold), !keys.isEmpty else {
            throw .malformedPolicy(.threshold(threshold, keys: keys.count))
        }
        self.version = version
        self.threshold = threshold
        self.keys = keys
        self.required = required
    }

    /// Judges the signatures of one bundle.
    ///
    /// Signatures by other keys count for nothing. One that names a key of this policy and does not verify, or
    /// verifies and names another, refuses the bundle, however many good ones are there.
    package func judge(_ signatures: [ModelSignature]) -> PolicyVerdict {
        var signers: Set<String> = []
        var refusals: [PolicyRefusal] = []
        for signature in signatures {
            let concerned = keys.first {
                $0.key.fingerprint.hex == signature.hint || signature.verifies(with: $0.key)
            }
            guard let concerned else { continue }
            if signature.isSigned(by: concerned.key) {
                signers.insert(concerned.name)
            } else {
                refusals.append(.invalidSignature(key: concerned.name))
            }
        }
        if signers.count < threshold { refusals.append(.tooFewSigners(found: signers.count, threshold: threshold)) }
        for name in required where !signers.contains(name) { refusals.append(.missingSigner(name)) }
        return refusals.isEmpty ? .accepted(signers: signers.sorted()) : .refused(refusals)
    }
}

/// What a policy says about a bundle's signatures.
package enum PolicyVerdict: Hashable, Sendable {
    /// The names of the policy's keys that signed, sorted.
    case accepted(signers: [String])
    case refused([PolicyRefusal])
}

/// A reason to refuse a bundle.
package enum PolicyRefusal: Hashable, Sendable {
    /// A signature claims this key and does not verify with it.
    case invalidSignature(key: String)
    case tooFewSigners(found: Int, threshold: Int)
    case missingSigner(String)
}
