import Files
import FoundationEssentials
import Signatures
import Trust

/// A repository's current metadata, read from its folder and verified by its own root.
///
/// What is signed next builds on it, so somebody who can only write the folder cannot get anything signed. Expiry is
/// not looked at: expired metadata is what renewal is for.
package struct RepositoryState: Sendable {
    package let trusted: TrustedMetadata
    /// The `signed` part by role.
    private(set) var signed: [String: JSONValue] = [:]

    package init(reading folder: RepositoryFolder) throws {
        guard FileSystem.exists(folder.metadata("timestamp.json")) else {
            throw PublishingError.noRepository(path: folder.path)
        }
        func read(_ role: String, version: Int?, _ limit: Int) throws -> [UInt8] {
            let name = version.map { "\($0).\(role).json" } ?? "\(role).json"
            return try FileSystem.read(folder.metadata(name), limit: limit)
        }
        typealias Limit = TrustedMetadata.Limit
        var files = [Root.name: try read(Root.name, version: 1, Limit.root)]
        var trusted = try TrustedMetadata(root: files[Root.name] ?? [])
        while FileSystem.exists(folder.metadata("\(trusted.rootVersion + 1).root.json")) {
            let next = try read(Root.name, version: trusted.rootVersion + 1, Limit.root)
            try trusted.update(root: next)
            files[Root.name] = next
        }
        let anyTime = Date.distantPast
        let timestamp = try read(Timestamp.name, version: nil, Limit.timestamp)
        try trusted.update(timestamp: timestamp, now: anyTime)
        let snapshot = try read(Snapshot.name, version: trusted.snapshotMeta?.version, Limit.snapshot)
        try trusted.update(snapshot: snapshot, now: anyTime)
        let targets = try read(Targets.name, version: trusted.targetsMeta?.version, Limit.targets)
        try trusted.update(targets: targets, now: anyTime)
        self.trusted = trusted
        for (role, bytes) in files.merging(
            [Timestamp.name: timestamp, Snapshot.name: snapshot, Targets.name: targets], uniquingKeysWith: { $1 })
        {
            signed[role] = try Envelope(parsing: bytes, role: role).signed
        }
    }

    /// The bytes of a small target, checked; nil where there is none.
    package func bytes(ofTarget path: String, in folder: RepositoryFolder) throws -> [UInt8]? {
        guard let file = trusted.targets?.files[path], let consistentPath = file.consistentPath else { return nil }
        let bytes = try FileSystem.read(folder.target(consistentPath))
        try file.verify(bytes)
        return bytes
    }

    /// A channel as it is published; an empty one where there is none.
    package func channel(_ name: String, in folder: RepositoryFolder) throws -> Channel {
        guard let bytes = try bytes(ofTarget: Channel.path(name), in: folder) else { return Channel() }
        return try Channel(parsing: bytes)
    }

    /// The names of the channels, sorted.
    package var channels: [String] {
        let paths = trusted.targets?.files.keys.map { $0 } ?? []
        let names = paths.filter { $0.hasPrefix("channels/") && $0.hasSuffix(".json") }
            .map { String($0.dropFirst("channels/".count).dropLast(".json".count)) }
        return names.sorted()
    }

    /// The policy that bundles must satisfy.
    package func policy(in folder: RepositoryFolder) throws -> Policy {
        guard let bytes = try bytes(ofTarget: Self.policyPath, in: folder) else {
            throw PublishingError.unreadablePolicy
        }
        return try Policy(parsing: String(decoding: bytes, as: UTF8.self), file: Self.policyPath)
    }

    /// The target that holds the policy.
    package static let policyPath = "policy.json"
}
