import Signatures

/// What every role's metadata begins with (specification 4.3).
package struct RoleHeader: Hashable, Sendable {
    package let version: Int
    package let expires: Moment

    init(_ fields: Fields, type: String) throws(TrustError) {
        let role = fields.role
        let found = try fields.string("_type")
        guard found == type else { throw .wrongType(role: role, found: found) }
        let specification = try fields.string("spec_version").split(separator: ".", omittingEmptySubsequences: false)
        guard specification.first == "1", (2...3).contains(specification.count) else {
            throw .malformed(role: role, field: "spec_version")
        }
        version = try fields.integer("version", from: 1)
        expires = try fields.some(Moment(try fields.string("expires")), "expires")
    }

    func checkExpiry(_ role: String, now: Moment) throws(TrustError) {
        guard now < expires else { throw .expired(role: role, at: expires.text) }
    }
}

/// Who signs what.
package struct Root: Hashable, Sendable {
    package static let name = "root"
    package let header: RoleHeader
    package let consistentSnapshot: Bool
    /// By role name; the four top-level roles are there.
    package let roles: [String: RoleKeys]

    package static let topLevel = ["root", "snapshot", "targets", "timestamp"]

    package init(_ signed: JSONValue) throws(TrustError) {
        let fields = try Fields(signed, role: Self.name, field: "signed")
        header = try RoleHeader(fields, type: Self.name)
        consistentSnapshot = fields.object["consistent_snapshot"]?.boolean ?? false
        var keys: [String: PublicKey] = [:]
        for (keyID, key) in try fields.fields("keys").entries() { keys[keyID] = try RoleKey(key)?.publicKey }
        var roles: [String: RoleKeys] = [:]
        for (name, role) in try fields.fields("roles").entries() { roles[name] = try RoleKeys(role, from: keys) }
        for name in Self.topLevel where roles[name] == nil { throw .malformed(role: Self.name, field: name) }
        self.roles = roles
    }

    /// The keys of one of the top-level roles.
    func keys(of role: String) throws(TrustError) -> RoleKeys {
        guard let keys = roles[role] else { throw .malformed(role: Self.name, field: role) }
        return keys
    }
}

/// Which snapshot is current.
package struct Timestamp: Hashable, Sendable {
    package static let name = "timestamp"
    package let header: RoleHeader
    package let snapshot: MetaFile

    init(_ signed: JSONValue) throws(TrustError) {
        let fields = try Fields(signed, role: Self.name, field: "signed")
        header = try RoleHeader(fields, type: Self.name)
        snapshot = try MetaFile(try fields.fields("meta").fields("snapshot.json"))
    }
}

/// Which version of each targets role is current.
package struct Snapshot: Hashable, Sendable {
    package static let name = "snapshot"
    package let header: RoleHeader
    /// By file name: `targets.json` and one for each delegated role.
    package let meta: [String: MetaFile]

    init(_ signed: JSONValue) throws(TrustError) {
        let fields = try Fields(signed, role: Self.name, field: "signed")
        header = try RoleHeader(fields, type: Self.name)
        var meta: [String: MetaFile] = [:]
        for (name, file) in try fields.fields("meta").entries() { meta[name] = try MetaFile(file) }
        self.meta = meta
    }
}

/// Which files there are.
package struct Targets: Hashable, Sendable {
    package static let name = "targets"
    package let header: RoleHeader
    /// By target path.
    package let files: [String: TargetFile]
    package let delegations: Delegations?

    package init(_ signed: JSONValue, role: String = Self.name) throws(TrustError) {
        let fields = try Fields(signed, role: role, field: "signed")
        header = try RoleHeader(fields, type: Self.name)
        var files: [String: TargetFile] = [:]
        for (path, file) in try fields.fields("targets").entries() { files[path] = try TargetFile(path: path, file) }
        self.files = files
        delegations = fields.object["delegations"] == nil ? nil : try Delegations(try fields.fields("delegations"))
    }
}
