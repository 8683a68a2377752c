import Files
import FoundationEssentials
import Signatures
import Trust

/// Makes a repository: keys that are missing, four signed roles, the bundle policy as its first target.
package struct Founding {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys
    package let policy: Policy
    /// By role; 1 where none is given. A role gets as many keys as its threshold.
    package let thresholds: [String: Int]

    package init(folder: RepositoryFolder, keys: RepositoryKeys, policy: Policy, thresholds: [String: Int] = [:]) {
        self.folder = folder
        self.keys = keys
        self.policy = policy
        self.thresholds = thresholds
    }

    /// The paths of the keys that had to be made.
    package func run(now: Date) throws -> [String] {
        for (role, threshold) in thresholds where !Root.topLevel.contains(role) || !(1...16).contains(threshold) {
            throw PublishingError.badThreshold(role: role, threshold: threshold)
        }
        try keys.refuseURI()
        try FileSystem.createDirectory(folder.path)
        try folder.refuse(keys)
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        guard !FileSystem.exists(folder.metadata("timestamp.json")) else {
            throw PublishingError.repositoryExists(path: folder.path)
        }
        var made: [String] = []
        for role in Root.topLevel { made += try keys.generate(role, count: thresholds[role] ?? 1) }
        var change = try MetadataChange(founding: try root(now: now), keys: keys.open(), now: now)
        let bytes = policy.encoded
        try folder.write(target: RepositoryState.policyPath, bytes)
        try change.setTarget(RepositoryState.policyPath, length: bytes.count, digest: .sha256(bytes))
        _ = try change.finish(in: folder)
        return made
    }

    private func root(now: Date) throws -> JSONValue {
        var all: JSONValue = [:], roles: JSONValue = [:]
        for role in Root.topLevel {
            let described = try keys.all(of: role).map { RoleKey($0.publicKey) }
            for key in described { all[key.keyID] = key.json }
            roles[role] = [
                "keyids": .array(described.map { .string($0.keyID) }), "threshold": .integer(thresholds[role] ?? 1),
            ]
        }
        return [
            "_type": .string(Root.name), "spec_version": "1.0.31", "version": 1, "consistent_snapshot": true,
            "expires": .string(Lifetime.expiry(of: Root.name, now: now).text), "keys": all, "roles": roles,
        ]
    }
}
