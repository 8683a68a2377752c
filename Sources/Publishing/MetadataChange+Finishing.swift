import Files
import FoundationEssentials
import Signatures
import Trust

extension MetadataChange {
    /// Signs with the keys at hand, and writes what is complete, or keeps it all in `pending/`.
    ///
    /// Roles that a new root or new delegations would make invalid are signed again. Snapshot and timestamp are made
    /// here from what they follow, never taken from `pending/` as they are: their keys sign nothing else.
    mutating func finish(in folder: RepositoryFolder) throws -> ChangeOutcome {
        let old = try signers([:]), new = try signers(drafts)
        var again: [String] = [Targets.name] + (new.targets?.delegations?.roles.map(\.name) ?? [])
        again = again.filter { !isCurrent($0, new) && drafts[$0] == nil }
        for role in again { try edit(role) { _ in } }

        let content = drafts.keys.filter { $0 != Snapshot.name && $0 != Timestamp.name }.sorted()
        for role in content { try sign(role, old, new) }
        let targets = content.filter { $0 != Root.name }
        if !targets.isEmpty || renewed.contains(Snapshot.name) || !isCurrent(Snapshot.name, new) {
            guard lacking(content, old, new).isEmpty else { return try wait(lacking(content, old, new), folder) }
            var meta = current[Snapshot.name]?.signed["meta"] ?? [:]
            for role in targets { meta["\(role).json"] = drafts[role].map(Self.describe) }
            try follow(Snapshot.name, meta, old, new)
        } else {
            drafts[Snapshot.name] = nil
        }
        let snapshot = drafts[Snapshot.name]
        if snapshot != nil || renewed.contains(Timestamp.name) || !isCurrent(Timestamp.name, new) {
            let before = content + (snapshot == nil ? [] : [Snapshot.name])
            guard lacking(before, old, new).isEmpty else { return try wait(lacking(before, old, new), folder) }
            let kept = current[Timestamp.name]?.signed["meta"] ?? [:]
            try follow(Timestamp.name, snapshot.map { ["snapshot.json": Self.describe($0)] } ?? kept, old, new)
        } else {
            drafts[Timestamp.name] = nil
        }
        let waiting = lacking(drafts.keys.sorted(), old, new)
        guard waiting.isEmpty else { return try wait(waiting, folder) }
        return try write(to: folder, targets: targets, old)
    }

    /// Whether the current version holds by the new keys.
    private func isCurrent(_ role: String, _ new: Signers) -> Bool {
        guard let keys = new.keys(of: role), let envelope = current[role] else { return false }
        return envelope.isSigned(by: keys)
    }

    /// Makes snapshot or timestamp from what it follows; a draft that says just that keeps its signatures.
    private mutating func follow(_ role: String, _ meta: JSONValue, _ old: Signers, _ new: Signers) throws {
        var signed = next(role)
        signed["meta"] = meta
        if drafts[role]?.signed["meta"] != meta || drafts[role]?.version != signed["version"]?.integer {
            drafts[role] = try Envelope(signing: signed, with: [])
        }
        try sign(role, old, new)
    }

    /// The keys before a change sign too, where they are at hand: so clients with either root believe the new version.
    private mutating func sign(_ role: String, _ old: Signers, _ new: Signers) throws {
        let named = [new.keys(of: role), old.keys(of: role)].compactMap(\.self)
        try drafts[role]?.sign(with: keys.signers(of: role, among: named), among: named)
    }

    /// Who must still sign: a root by the keys before it and by its own (specification 5.3.4), the rest by the new keys.
    private func lacking(_ roles: [String], _ old: Signers, _ new: Signers) -> [ChangeOutcome.Waiting] {
        roles.compactMap { role in
            guard let draft = drafts[role], let keys = new.keys(of: role) else { return nil }
            let sets = role == Root.name ? [old.keys(of: role), keys].compactMap(\.self) : [keys]
            let counts = sets.map { (found: draft.signers(among: $0).count, threshold: $0.threshold) }
            guard let worst = counts.max(by: { $0.threshold - $0.found < $1.threshold - $1.found }),
                worst.found < worst.threshold
            else { return nil }
            return .init(
                role: role, version: draft.version, signatures: worst.found, threshold: worst.threshold,
                content: Digest.sha256(draft.signed.canonical).hex)
        }
    }

    private func wait(_ waiting: [ChangeOutcome.Waiting], _ folder: RepositoryFolder) throws -> ChangeOutcome {
        try PendingMetadata.save(drafts, in: folder)
        return ChangeOutcome(waiting: waiting)
    }

    /// Writes what is complete. The timestamp comes last: until it is there, clients are served what was there before,
    /// and an interrupted run leaves files behind that nothing names.
    ///
    /// A new root comes after even that where the old keys signed everything too; else before it, for clients would
    /// believe nothing that only the new keys signed.
    private func write(to folder: RepositoryFolder, targets: [String], _ old: Signers) throws -> ChangeOutcome {
        let roles = (targets + [Snapshot.name, Timestamp.name]).filter { drafts[$0] != nil }
        let holdsByOld = roles.allSatisfy { role in
            guard Root.topLevel.contains(role), let keys = old.keys(of: role) else { return true }
            return drafts[role]?.isSigned(by: keys) ?? false
        }
        let root = drafts[Root.name] == nil ? [] : [Root.name]
        let order = holdsByOld && !current.isEmpty ? roles + root : root + roles
        for role in order {
            guard let draft = drafts[role] else { continue }
            try Self.checkSize(role, draft.encoded.count)
        }
        for role in order {
            guard let draft = drafts[role] else { continue }
            let name = role == Timestamp.name ? "timestamp.json" : "\(draft.version).\(role).json"
            try folder.write(metadata: name, draft.encoded)
        }
        try PendingMetadata.remove(order, in: folder)
        return ChangeOutcome(written: root + roles)
    }

    private static func describe(_ envelope: Envelope) -> JSONValue {
        let bytes = envelope.encoded
        return [
            "version": .integer(envelope.version), "length": .integer(bytes.count),
            "hashes": ["sha256": .string(Digest.sha256(bytes).hex)],
        ]
    }

    /// What clients accept (python-tuf's limits, and ours).
    private static func checkSize(_ role: String, _ bytes: Int) throws {
        typealias Limit = TrustedMetadata.Limit
        let limits = [Root.name: Limit.root, Timestamp.name: Limit.timestamp, Snapshot.name: Limit.snapshot]
        let limit = limits[role] ?? Limit.targets
        if bytes > limit { throw PublishingError.tooLarge(role: role, bytes: bytes, limit: limit) }
    }
}
