import Files
import FoundationEssentials
import Signatures
import Trust

/// New versions of some roles' metadata: prepared and signed in memory, then written so that no reader ever sees a mixture.
struct MetadataChange {
    private let root: Root
    private let keys: RepositoryKeys
    private let now: Date
    /// By role: what is current, and then what is new.
    private var signed: [String: JSONValue]
    /// File names and bytes in the order in which they are written.
    private var files: [(name: String, bytes: [UInt8])] = []

    init(_ state: RepositoryState, keys: RepositoryKeys, now: Date) {
        root = state.trusted.root
        signed = state.signed
        self.keys = keys
        self.now = now
    }

    /// Names a file whose bytes have been placed below `targets/`.
    mutating func setTarget(_ path: String, length: Int, digest: Digest) {
        var targets = signed[Targets.name]?["targets"] ?? [:]
        targets[path] = ["length": .integer(length), "hashes": ["sha256": .string(digest.hex)]]
        signed[Targets.name]?["targets"] = targets
    }

    /// Signs new targets, and the snapshot and timestamp that must follow.
    mutating func signTargets() throws {
        try add(Targets.name)
        try signSnapshot()
    }

    /// Signs a new snapshot, and the timestamp that must follow.
    mutating func signSnapshot() throws {
        if let file = files.first(where: { $0.name.hasSuffix(".targets.json") }) {
            var meta = signed[Snapshot.name]?["meta"] ?? [:]
            meta["targets.json"] = describe(Targets.name, file.bytes)
            signed[Snapshot.name]?["meta"] = meta
        }
        try add(Snapshot.name)
        try signTimestamp()
    }

    /// Signs a new timestamp.
    mutating func signTimestamp() throws {
        if let file = files.first(where: { $0.name.hasSuffix(".snapshot.json") }) {
            let snapshot = describe(Snapshot.name, file.bytes)
            signed[Timestamp.name]?["meta"] = ["snapshot.json": snapshot]
        }
        try add(Timestamp.name)
    }

    /// Signs a new root with the same keys.
    mutating func signRoot() throws { try add(Root.name) }

    /// Writes what was signed. The timestamp comes last: until it is there, clients are served what was there before,
    /// and an interrupted run leaves files behind that nothing names.
    func write(to folder: RepositoryFolder) throws {
        try FileSystem.createDirectory(folder.metadata("."))
        for file in files { try FileSystem.replace(folder.metadata(file.name), with: file.bytes) }
    }

    private mutating func add(_ role: String) throws {
        let version = (signed[role]?["version"]?.integer ?? 0) + 1
        signed[role]?["version"] = .integer(version)
        signed[role]?["expires"] = .string(Lifetime.expiry(of: role, now: now).text)
        let envelope = try Envelope(signing: signed[role] ?? .null, with: keys.signers(of: role, in: root))
        let bytes = envelope.encoded
        try Self.checkSize(role, bytes.count)
        files.append((role == Timestamp.name ? "timestamp.json" : "\(version).\(role).json", bytes))
    }

    private func describe(_ role: String, _ bytes: [UInt8]) -> JSONValue {
        [
            "version": .integer(signed[role]?["version"]?.integer ?? 0), "length": .integer(bytes.count),
            "hashes": ["sha256": .string(Digest.sha256(bytes).hex)],
        ]
    }

    /// What clients accept (python-tuf's limits, and ours).
    private static func checkSize(_ role: String, _ bytes: Int) throws {
        typealias Limit = TrustedMetadata.Limit
        let limits = [
            Root.name: Limit.root, Timestamp.name: Limit.timestamp, Snapshot.name: Limit.snapshot,
            Targets.name: Limit.targets,
        ]
        guard let limit = limits[role], bytes > limit else { return }
        throw PublishingError.tooLarge(role: role, bytes: bytes, limit: limit)
    }
}

extension MetadataChange {
    /// The first version of a repository: every role at version 1 when it is signed.
    init(founding root: JSONValue, keys: RepositoryKeys, now: Date) throws {
        let draft = try Envelope(signing: root, with: keys.all(of: Root.name))
        self.root = try TrustedMetadata(root: draft.encoded).root
        self.keys = keys
        self.now = now
        signed = [Root.name: root]
        signed[Root.name]?["version"] = 0
        for role in [Targets.name, Snapshot.name, Timestamp.name] {
            signed[role] = ["_type": .string(role), "spec_version": "1.0.31", "version": 0]
        }
        signed[Targets.name]?["targets"] = [:]
    }
}
