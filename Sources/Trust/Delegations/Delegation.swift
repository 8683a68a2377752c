import Signatures

/// A role that another targets role trusts with some paths (specification 4.5).
package struct Delegation: Hashable, Sendable {
    package let name: String
    package let keys: RoleKeys
    /// Whether the search ends with this role and those below it.
    let isTerminating: Bool
    private let scope: Scope

    /// The paths that the role may speak of.
    private enum Scope: Hashable, Sendable {
        case patterns([PathPattern])
        /// What the SHA-256 of the path begins with, in lower-case hex.
        case digestPrefixes([String])
        /// The one path of a search that led to this bin.
        case path(String)
    }

    init(_ fields: Fields, keys all: [String: PublicKey]) throws(TrustError) {
        name = try Self.checked(try fields.string("name"), fields)
        keys = try RoleKeys(fields, from: all)
        isTerminating =
            fields.object["terminating"] == nil
            ? false : try fields.some(fields.object["terminating"]?.boolean, "terminating")
        if fields.object["path_hash_prefixes"] == nil {
            let patterns = fields.object["paths"] == nil ? [] : try fields.strings("paths")
            scope = .patterns(patterns.map(PathPattern.init))
        } else if fields.object["paths"] == nil {
            scope = .digestPrefixes(try fields.strings("path_hash_prefixes").map { $0.lowercased() })
        } else {
            throw .malformed(role: fields.role, field: "path_hash_prefixes")
        }
    }

    fileprivate init(bin name: String, keys: RoleKeys, path: String) {
        self.name = name
        self.keys = keys
        isTerminating = true
        scope = .path(path)
    }

    /// The paths that the role may speak of, as far as they are named one by one.
    var paths: [String] {
        guard case .patterns(let patterns) = scope else { return [] }
        return patterns.map(\.text).filter { !$0.contains(where: "*?".contains) }
    }

    func covers(_ path: String) -> Bool {
        switch scope {
        case .patterns(let patterns): patterns.contains { $0.matches(path) }
        case .digestPrefixes(let prefixes): prefixes.contains { Digest.sha256(Array(path.utf8)).hex.hasPrefix($0) }
        case .path(let own): own == path
        }
    }

    /// A delegated role must not pass for one of the four that root names, in a folder as little as in the snapshot.
    fileprivate static func checked(_ name: String, _ fields: Fields) throws(TrustError) -> String {
        guard !name.isEmpty, !Root.topLevel.contains(name) else {
            throw .malformed(role: fields.role, field: "delegations")
        }
        return name
    }
}

/// Whom a targets role trusts with part of its paths: roles one by one, or bins that share the paths among them.
package struct Delegations: Hashable, Sendable {
    /// In the order in which they are asked.
    package let roles: [Delegation]
    private let bins: Bins?

    init(_ fields: Fields) throws(TrustError) {
        var keys: [String: PublicKey] = [:]
        for (keyID, key) in try fields.fields("keys").entries() { keys[keyID] = try RoleKey(key)?.publicKey }
        if fields.object["succinct_roles"] != nil {
            guard fields.object["roles"] == nil else { throw .malformed(role: fields.role, field: "succinct_roles") }
            bins = try Bins(try fields.fields("succinct_roles"), keys: keys)
            roles = []
            return
        }
        bins = nil
        var roles: [Delegation] = [], names: Set<String> = []
        for element in try fields.array("roles") {
            let role = try Delegation(try Fields(element, role: fields.role, field: "roles"), keys: keys)
            guard names.insert(role.name).inserted else { throw .malformed(role: fields.role, field: "roles") }
            roles.append(role)
        }
        self.roles = roles
    }

    /// The roles to ask for a path, in order.
    func covering(_ path: String) -> [Delegation] {
        bins.map { [$0.bin(of: path)] } ?? roles.filter { $0.covers(path) }
    }
}

/// Succinct hash bin delegation (TAP 15): the first bits of a path's SHA-256 are the number of its role.
private struct Bins: Hashable, Sendable {
    let keys: RoleKeys
    let bits: Int
    let prefix: String

    init(_ fields: Fields, keys all: [String: PublicKey]) throws(TrustError) {
        keys = try RoleKeys(fields, from: all)
        bits = try fields.integer("bit_length", from: 1)
        guard bits <= 32 else { throw .malformed(role: fields.role, field: "bit_length") }
        prefix = try fields.string("name_prefix")
    }

    func bin(of path: String) -> Delegation {
        let start = Digest.sha256(Array(path.utf8)).bytes.prefix(4).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        let number = String(start >> UInt64(32 - bits), radix: 16)
        let width = (bits + 3) / 4
        let name = prefix + "-" + String(repeating: "0", count: max(0, width - number.count)) + number
        return Delegation(bin: name, keys: keys, path: path)
    }
}
