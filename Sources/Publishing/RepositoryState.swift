import Files
import FoundationEssentials
import Signatures
import Trust

/// A repository's current metadata, read from its folder and verified by its own root.
///
/// What is signed next builds on it, so somebody who can only write the folder cannot get anything signed. Expiry is
/// not looked at: expired metadata is what renewal is for.
package struct RepositoryState: Sendable {
    /// The newest root. After a rotation that was interrupted, the other roles still hold by the one before.
    package let root: Root
    /// By role, channels included.
    private(set) var envelopes: [String: Envelope]
    /// The top-level targets, and each channel's.
    package let targets: Targets
    private let channelTargets: [String: Targets]

    package init(reading folder: RepositoryFolder) throws {
        guard FileSystem.exists(folder.metadata("timestamp.json")) else {
            throw PublishingError.noRepository(path: folder.path)
        }
        var newest = try Self.read(Root.name, version: 1, TrustedMetadata.Limit.root, folder)
        var chain = [try TrustedMetadata(root: newest)]
        while let last = chain.last, FileSystem.exists(folder.metadata("\(last.rootVersion + 1).root.json")) {
            var next = last
            newest = try Self.read(Root.name, version: last.rootVersion + 1, TrustedMetadata.Limit.root, folder)
            try next.update(root: newest)
            chain.append(next)
        }
        let (metadata, envelopes) = try Self.read(below: chain, folder)
        guard let targets = metadata.targets, let root = chain.last?.root else {
            throw PublishingError.noRepository(path: folder.path)
        }
        (self.root, self.targets, self.envelopes) = (root, targets, envelopes)
        self.envelopes[Root.name] = try Envelope(parsing: newest, role: Root.name)
        channelTargets = try Self.readChannels(metadata, folder, &self.envelopes)
    }

    /// Reads timestamp, snapshot and targets by the newest root that they hold by.
    private static func read(
        below chain: [TrustedMetadata], _ folder: RepositoryFolder
    ) throws -> (TrustedMetadata, [String: Envelope]) {
        var problem: (any Error)?
        for root in chain.reversed() {
            var trusted = root, envelopes: [String: Envelope] = [:]
            do {
                let timestamp = try read(Timestamp.name, version: nil, TrustedMetadata.Limit.timestamp, folder)
                try trusted.update(timestamp: timestamp, now: anyTime)
                let snapshot = try read(
                    Snapshot.name, version: trusted.snapshotMeta?.version, TrustedMetadata.Limit.snapshot, folder)
                try trusted.update(snapshot: snapshot, now: anyTime)
                let targets = try read(
                    Targets.name, version: trusted.targetsMeta?.version, TrustedMetadata.Limit.targets, folder)
                try trusted.update(targets: targets, now: anyTime)
                let all = [Timestamp.name: timestamp, Snapshot.name: snapshot, Targets.name: targets]
                for (role, bytes) in all { envelopes[role] = try Envelope(parsing: bytes, role: role) }
                return (trusted, envelopes)
            } catch {
                problem = problem ?? error
            }
        }
        throw problem ?? PublishingError.noRepository(path: folder.path)
    }

    private static func readChannels(
        _ metadata: TrustedMetadata, _ folder: RepositoryFolder, _ envelopes: inout [String: Envelope]
    ) throws -> [String: Targets] {
        var metadata = metadata, channels: [String: Targets] = [:]
        for delegation in metadata.targets?.delegations?.roles ?? [] {
            guard let meta = metadata.meta(of: delegation.name) else { continue }
            let bytes = try read(delegation.name, version: meta.version, TrustedMetadata.Limit.targets, folder)
            channels[delegation.name] = try metadata.update(delegated: bytes, of: delegation, now: anyTime)
            envelopes[delegation.name] = try Envelope(parsing: bytes, role: delegation.name)
        }
        return channels
    }

    private static func read(
        _ role: String, version: Int?, _ limit: Int, _ folder: RepositoryFolder
    ) throws -> [UInt8] {
        try FileSystem.read(folder.metadata(version.map { "\($0).\(role).json" } ?? "\(role).json"), limit: limit)
    }

    private static let anyTime = Date.distantPast
}

extension RepositoryState {
    /// The target that holds the policy.
    package static let policyPath = "policy.json"

    /// The roles with files to be signed for, in the order of their keys' weight: `root targets`, channels, `snapshot
    /// timestamp`.
    var roles: [String] { [Root.name, Targets.name] + channels + [Snapshot.name, Timestamp.name] }

    /// The names of the channels, sorted; each is a role of the same name.
    package var channels: [String] { channelTargets.keys.sorted() }

    /// Every file that the metadata names.
    var files: [TargetFile] { ([targets] + channelTargets.values).flatMap(\.files.values) }

    func version(of role: String) -> Int { envelopes[role]?.signed["version"]?.integer ?? 0 }

    /// What the metadata says of a file.
    func file(_ path: String) -> TargetFile? {
        targets.files[path] ?? channels.lazy.compactMap { channelTargets[$0]?.files[path] }.first
    }

    /// The bytes of a small target, checked; nil where there is none.
    package func bytes(ofTarget path: String, in folder: RepositoryFolder) throws -> [UInt8]? {
        guard let file = file(path), let consistentPath = file.consistentPath else { return nil }
        let bytes = try FileSystem.read(folder.target(consistentPath))
        try file.verify(bytes)
        return bytes
    }

    /// A channel as it is published; an empty one where there is none.
    package func channel(_ name: String, in folder: RepositoryFolder) throws -> Channel {
        guard let bytes = try bytes(ofTarget: Channel.path(name), in: folder) else { return Channel() }
        return try Channel(parsing: bytes)
    }

    /// The policy that bundles must satisfy.
    package func policy(in folder: RepositoryFolder) throws -> Policy {
        guard let bytes = try bytes(ofTarget: Self.policyPath, in: folder) else {
            throw PublishingError.unreadablePolicy
        }
        return try Policy(parsing: String(decoding: bytes, as: UTF8.self), file: Self.policyPath)
    }
}
