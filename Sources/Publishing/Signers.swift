import Signatures
import Trust

/// Who signs each role: root's word for the four at the top, the targets role's for the channels.
struct Signers {
    let root: Root
    let targets: Targets?

    func keys(of role: String) -> RoleKeys? {
        root.roles[role] ?? targets?.delegations?.roles.first { $0.name == role }?.keys
    }
}

extension Envelope {
    func isSigned(by keys: RoleKeys) -> Bool { signers(among: keys).count >= keys.threshold }

    var version: Int { signed["version"]?.integer ?? 0 }

    /// Adds the signatures of those keys that one of `named` has and that haven't signed yet.
    mutating func sign(with keys: [PrivateKey], among named: [RoleKeys]) throws {
        for key in keys {
            let keyID = named.lazy.compactMap { $0.keys.first { $0.value == key.publicKey }?.key }.first
            guard let keyID, !named.contains(where: { signers(among: $0).contains(key.publicKey) }) else { continue }
            try sign(with: key, as: keyID)
        }
    }
}
