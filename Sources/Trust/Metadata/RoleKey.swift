import Signatures

/// A key as TUF metadata describes it.
package struct RoleKey: Hashable, Sendable {
    package let publicKey: PublicKey
    package let json: JSONValue

    /// SHA-256 of the key's canonical JSON.
    package var keyID: String { Digest.sha256(json.canonical).hex }

    /// Describes a key of ours.
    package init(_ key: PublicKey) {
        publicKey = key
        let (type, scheme) = Self.names(of: key.kind)
        let text = key.ed25519Bytes?.lowercaseHex ?? key.pem
        json = ["keytype": .string(type), "scheme": .string(scheme), "keyval": ["public": .string(text)]]
    }

    /// Reads a key; nil where its type or scheme is not known here, or it is no key: then it just cannot sign.
    init?(_ fields: Fields) throws(TrustError) {
        let type = try fields.string("keytype"), scheme = try fields.string("scheme")
        // Types that are not known here may keep other things in `keyval`.
        let text = try fields.fields("keyval").object["public"]?.string ?? ""
        guard let key = Self.key(type, text), Self.names(of: key.kind).scheme == scheme else { return nil }
        publicKey = key
        json = .object(fields.object)
    }

    private static func names(of kind: PublicKey.Kind) -> (type: String, scheme: String) {
        switch kind {
        case .p256: ("ecdsa", "ecdsa-sha2-nistp256")
        case .p384: ("ecdsa", "ecdsa-sha2-nistp384")
        case .p521: ("ecdsa", "ecdsa-sha2-nistp521")
        case .ed25519: ("ed25519", "ed25519")
        case .rsa: ("rsa", "rsassa-pss-sha256")
        }
    }

    private static func key(_ type: String, _ text: String) -> PublicKey? {
        if type == "ed25519" { return [UInt8](lowercaseHex: text.lowercased()).flatMap { try? PublicKey(ed25519: $0) } }
        guard let key = try? PublicKey(pem: text) else { return nil }
        // Roots of older tools repeat the scheme as the type.
        let (ownType, scheme) = names(of: key.kind)
        return type == ownType || type == scheme ? key : nil
    }
}

/// The keys of one role, and how many of them must sign.
package struct RoleKeys: Hashable, Sendable {
    /// By key identifier; those that cannot sign here are left out.
    package let keys: [String: PublicKey]
    package let threshold: Int

    init(_ role: Fields, from all: [String: PublicKey]) throws(TrustError) {
        threshold = try role.integer("threshold", from: 1)
        var keys: [String: PublicKey] = [:]
        for keyID in try role.strings("keyids") { keys[keyID] = all[keyID] }
        self.keys = keys
    }
}
