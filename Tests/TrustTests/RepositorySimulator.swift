import FoundationEssentials
import Signatures
import Trust

/// A repository in memory: its metadata can be changed at will and is signed when it is asked for.
struct RepositorySimulator {
    static let now = Date(timeIntervalSince1970: 1_800_000_000)
    static let later = "2027-06-01T00:00:00Z"
    static let past = "2026-01-01T00:00:00Z"

    /// Who signs each role, whatever the root says.
    var signers: [String: [PrivateKey]] = [:]
    /// The `signed` part by role.
    var signed: [String: JSONValue] = [:]
    var files: [String: [UInt8]] = ["a/file.txt": Array("content".utf8)]

    init(kind: PublicKey.Kind = .ed25519) throws {
        for role in Root.topLevel {
            signers[role] = [try .generate(kind)]
            signed[role] = [
                "_type": .string(role), "spec_version": "1.0.31", "version": 1, "expires": .string(Self.later),
            ]
        }
        signed["root"]?["consistent_snapshot"] = true
        for role in Root.topLevel { setKeys(of: role, threshold: 1) }
        fill()
    }

    /// Makes the root name the role's signers.
    mutating func setKeys(of role: String, threshold: Int, also keys: [PublicKey] = []) {
        let keys = ((signers[role] ?? []).map(\.publicKey) + keys).map(RoleKey.init)
        var all = signed["root"]?["keys"] ?? [:], roles = signed["root"]?["roles"] ?? [:]
        for key in keys { all[key.keyID] = key.json }
        roles[role] = ["keyids": .array(keys.map { .string($0.keyID) }), "threshold": .integer(threshold)]
        signed["root"]?["keys"] = all
        signed["root"]?["roles"] = roles
    }

    /// Brings targets, snapshot and timestamp in line with the files and with each other; versions stay.
    mutating func fill() {
        var targets: JSONValue = [:]
        for (path, bytes) in files {
            targets[path] = [
                "length": .integer(bytes.count), "hashes": ["sha256": .string(Digest.sha256(bytes).hex)],
            ]
        }
        let current = (targets: version("targets"), snapshot: version("snapshot"))
        signed["targets"]?["targets"] = targets
        signed["snapshot"]?["meta"] = ["targets.json": ["version": .integer(current.targets)]]
        signed["timestamp"]?["meta"] = ["snapshot.json": ["version": .integer(current.snapshot)]]
    }

    /// Lets `parent` trust a role, whose metadata is made where it isn't there. `fields` go into the delegation.
    mutating func delegate(_ parent: String, _ name: String, _ fields: JSONValue) throws {
        let key = try PrivateKey.generate(.ed25519), described = RoleKey(key.publicKey)
        signers[name, default: []].append(key)
        if signed[name] == nil {
            signed[name] = [
                "_type": "targets", "spec_version": "1.0.31", "version": 1, "expires": .string(Self.later),
                "targets": [:],
            ]
        }
        var delegations = signed[parent]?["delegations"] ?? ["keys": [:], "roles": []], role = fields
        role["name"] = .string(name)
        role["keyids"] = [.string(described.keyID)]
        role["threshold"] = 1
        delegations["keys"]?[described.keyID] = described.json
        delegations["roles"] = .array((delegations["roles"]?.array ?? []) + [role])
        signed[parent]?["delegations"] = delegations
        signed["snapshot"]?["meta"]?["\(name).json"] = ["version": 1]
    }

    /// The roles that a search asks, in order, and the one that has the file.
    func search(_ path: String, in trusted: inout TrustedMetadata) throws -> (asked: [String], found: String?) {
        guard let targets = trusted.targets else { return ([], nil) }
        var search = TargetSearch(for: path, below: targets), asked: [String] = []
        while let delegation = try search.next() {
            asked.append(delegation.name)
            let known = try trusted.delegated(delegation)
            let below =
                try known ?? trusted.update(delegated: bytes(delegation.name), of: delegation, now: Self.now)
            if below.files[path] != nil { return (asked, delegation.name) }
            search.enter(below)
        }
        return (asked, nil)
    }

    func version(_ role: String) -> Int { signed[role]?["version"]?.integer ?? 0 }

    mutating func bump(_ roles: String..., to version: Int? = nil) {
        for role in roles {
            let next = version ?? self.version(role) + 1
            signed[role]?["version"] = .integer(next)
        }
        fill()
    }

    /// New versions of targets, snapshot and timestamp.
    mutating func release() { bump("targets", "snapshot", "timestamp") }

    func bytes(_ role: String, by keys: [PrivateKey]? = nil) throws -> [UInt8] {
        try Envelope(signing: signed[role] ?? .null, with: keys ?? signers[role] ?? []).encoded
    }

    /// The whole workflow from `trusted` on, with no newer root.
    func refresh(_ trusted: TrustedMetadata, now: Date = now) throws -> TrustedMetadata {
        var trusted = trusted
        if try trusted.update(timestamp: bytes("timestamp"), now: now) {
            try trusted.update(snapshot: bytes("snapshot"), now: now)
            try trusted.update(targets: bytes("targets"), now: now)
        }
        return trusted
    }

    func trusted() throws -> TrustedMetadata { try TrustedMetadata(root: bytes("root")) }
}
