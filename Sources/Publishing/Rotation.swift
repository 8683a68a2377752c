import FoundationEssentials
import Signatures
import Trust

/// Other keys, or another threshold, for one role.
package struct Rotation {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys
    package let role: String
    package var add: [PublicKey] = []
    /// Identifiers, or what they begin with.
    package var remove: [String] = []
    /// The one that the role has, where none is given.
    package var threshold: Int?

    package init(folder: RepositoryFolder, keys: RepositoryKeys, role: String) {
        self.folder = folder
        self.keys = keys
        self.role = role
    }

    /// Root names the keys of the four roles, the targets role those of the channels. What the new keys have to sign
    /// again follows.
    package func run(now: Date) throws -> ChangeOutcome {
        let session = try RepositorySession(folder, keys: keys)
        var change = try session.change(now: now)
        if Root.topLevel.contains(role) {
            try change.demand([Root.name])
            try change.edit(Root.name) { signed in
                let all = signed["keys"] ?? [:], roles = signed["roles"] ?? [:]
                let (keys, changed) = try apply(to: roles[role] ?? [:], all)
                signed["roles"]?[role] = changed
                let named = (signed["roles"]?.object ?? [:]).values.flatMap { $0["keyids"]?.array ?? [] }
                signed["keys"] = Self.keep(named, of: keys)
            }
        } else {
            guard session.state.channels.contains(role) else { throw PublishingError.unknownRole(role) }
            try change.demand([Targets.name])
            try change.edit(Targets.name) { signed in
                var delegations = signed["delegations"] ?? [:], roles = delegations["roles"]?.array ?? []
                var keys = delegations["keys"] ?? [:]
                for index in roles.indices where roles[index]["name"]?.string == role {
                    (keys, roles[index]) = try apply(to: roles[index], keys)
                }
                delegations["roles"] = .array(roles)
                delegations["keys"] = Self.keep(roles.flatMap { $0["keyids"]?.array ?? [] }, of: keys)
                signed["delegations"] = delegations
            }
        }
        return try change.finish(in: folder)
    }

    /// The keys and the role as they come to be.
    private func apply(to role: JSONValue, _ keys: JSONValue) throws -> (keys: JSONValue, role: JSONValue) {
        var keys = keys, changed = role
        var names = (role["keyids"]?.array ?? []).compactMap(\.string)
        for start in remove {
            let meant = names.filter { $0.hasPrefix(start) }
            guard meant.count == 1, let name = meant.first else {
                throw PublishingError.unknownKey(role: self.role, keyID: start)
            }
            names.removeAll { $0 == name }
        }
        for key in add.map(RoleKey.init) {
            guard !names.contains(key.keyID) else {
                throw PublishingError.knownKey(role: self.role, keyID: key.keyID)
            }
            names.append(key.keyID)
            keys[key.keyID] = key.json
        }
        let threshold = threshold ?? role["threshold"]?.integer ?? 1
        guard (1...max(1, names.count)).contains(threshold), !names.isEmpty else {
            throw PublishingError.badThreshold(role: self.role, threshold: threshold)
        }
        changed["keyids"] = .array(names.map(JSONValue.string))
        changed["threshold"] = .integer(threshold)
        return (keys, changed)
    }

    private static func keep(_ names: [JSONValue], of keys: JSONValue) -> JSONValue {
        let names = Set(names.compactMap(\.string))
        return .object((keys.object ?? [:]).filter { names.contains($0.key) })
    }
}
