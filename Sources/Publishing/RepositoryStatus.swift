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

    package init(_ folder: RepositoryFolder, now: Date) throws {
        let state = try RepositoryState(reading: folder)
        roles = Root.topLevel.map { role in
            let signed = state.signed[role], keys = state.trusted.root.roles[role]
            let expires = signed?["expires"]?.string ?? ""
            return Role(
                role: role, version: signed?["version"]?.integer ?? 0, expires: expires,
                expired: Moment(expires).map { $0 <= Moment(now) } ?? true, threshold: keys?.threshold ?? 0,
                keys: keys?.keys.keys.sorted() ?? [])
        }
        var channels: [String: [String: [Channel.Release]]] = [:]
        for name in state.channels {
            channels[name] = try state.channel(name, in: folder).models.mapValues(\.releases)
        }
        self.channels = channels
    }
}
