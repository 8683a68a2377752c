import FoundationEssentials
import Signatures
import Trust

/// What a repository says, for people and for JSON.
package struct RepositoryStatus: Encodable, Sendable {
    package let roles: [Role]
    /// By channel and model.
    package let channels: [String: [String: [Channel.Release]]]

    package struct Role: Encodable, Sendable {
        package let role: String
        package let version: Int
        package let expires: String
        package let expired: Bool
        package let threshold: Int
        package let keys: [String]
    }

    /// What waits for signatures, and what it would change.
    package let pending: [Pending]

    package struct Pending: Encodable, Sendable {
        package let role: String
        package let version: Int
        package let expires: String
        /// Identifiers of the keys that signed.
        package let signatures: [String]
        /// SHA-256 of what is to be signed, in canonical JSON.
        package let content: String

        enum CodingKeys: String, CodingKey {
            case role, version, expires, signatures
            case content = "content_sha256"
        }
    }

    package init(_ folder: RepositoryFolder, now: Date) throws {
        let state = try RepositoryState(reading: folder)
        let signers = Signers(root: state.root, targets: state.targets)
        roles = state.roles.map { role in
            let signed = state.envelopes[role]?.signed, keys = signers.keys(of: role)
            let expires = signed?["expires"]?.string ?? ""
            return Role(
                role: role, version: signed?["version"]?.integer ?? 0, expires: expires,
                expired: Moment(expires).map { $0 <= Moment(now) } ?? true, threshold: keys?.threshold ?? 0,
                keys: keys?.keys.keys.sorted() ?? [])
        }
        pending = try PendingMetadata(in: folder, after: state).drafts.sorted { $0.key < $1.key }.map { role, draft in
            Pending(
                role: role, version: draft.version, expires: draft.signed["expires"]?.string ?? "",
                signatures: draft.signatures.map(\.keyID).sorted(),
                content: Digest.sha256(draft.signed.canonical).hex)
        }
        var channels: [String: [String: [Channel.Release]]] = [:]
        for name in state.channels {
            channels[name] = try state.channel(name, in: folder).models.mapValues(\.releases)
        }
        self.channels = channels
    }
}
