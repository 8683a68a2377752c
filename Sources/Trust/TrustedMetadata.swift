import FoundationEssentials
import Signatures

/// The metadata of a repository as far as it has been verified: TUF's client workflow (specification 5) without the world.
///
/// Bytes come in the workflow's order: the trusted root, newer roots one by one, then timestamp, snapshot and targets.
/// What an update throws for is not to be stored; what it accepted is, byte for byte as it came. Metadata kept from an
/// earlier run goes through the same updates first: an expired timestamp or snapshot is thrown for, and yet is what
/// the next one is compared with.
package struct TrustedMetadata: Sendable {
    package private(set) var root: Root
    package private(set) var timestamp: Timestamp?
    package private(set) var snapshot: Snapshot?
    /// The verified top-level targets.
    package private(set) var targets: Targets?
    /// Verified delegated roles by name.
    private var delegated: [String: DelegatedRole] = [:]

    /// A delegated role, and whose keys are known to have signed it: two roles may delegate to a third with
    /// different keys.
    private struct DelegatedRole: Sendable {
        let envelope: Envelope
        let targets: Targets
        var signers: Set<RoleKeys>
    }

    /// Takes a root that the caller trusts; it must be signed by its own keys. It may have expired.
    package init(root bytes: [UInt8]) throws(TrustError) {
        let envelope = try Envelope(parsing: bytes, role: Root.name)
        root = try Root(envelope.signed)
        try envelope.verify(Root.name, by: try root.keys(of: Root.name))
    }

    /// Takes the next root: signed by the keys of the one before and by its own (5.3.4, 5.3.5). It may have expired.
    package mutating func update(root bytes: [UInt8]) throws(TrustError) {
        guard timestamp == nil else { throw .outOfOrder(role: Root.name) }
        let envelope = try Envelope(parsing: bytes, role: Root.name)
        try envelope.verify(Root.name, by: try root.keys(of: Root.name))
        let new = try Root(envelope.signed)
        guard new.header.version == root.header.version + 1 else {
            throw .wrongVersion(role: Root.name, expected: root.header.version + 1, found: new.header.version)
        }
        try envelope.verify(Root.name, by: try new.keys(of: Root.name))
        root = new
    }

    /// Takes a timestamp, after the last root (5.3.10, 5.4). False where its version is the trusted one's: that one stays.
    @discardableResult
    package mutating func update(timestamp bytes: [UInt8], now: Date) throws(TrustError) -> Bool {
        guard snapshot == nil else { throw .outOfOrder(role: Timestamp.name) }
        try root.header.checkExpiry(Root.name, now: Moment(now))
        let envelope = try Envelope(parsing: bytes, role: Timestamp.name)
        try envelope.verify(Timestamp.name, by: try root.keys(of: Timestamp.name))
        let new = try Timestamp(envelope.signed)
        if let timestamp {
            let (trusted, found) = (timestamp.header.version, new.header.version)
            if found < trusted { throw .rollback(role: Timestamp.name, trusted: trusted, found: found) }
            if found == trusted { return false }
            if new.snapshot.version < timestamp.snapshot.version {
                throw .rollback(
                    role: Snapshot.name, trusted: timestamp.snapshot.version, found: new.snapshot.version)
            }
        }
        timestamp = new
        try new.header.checkExpiry(Timestamp.name, now: Moment(now))
        return true
    }

    /// Takes a snapshot (5.5). One kept from an earlier run needs not match the timestamp's digest: `isLocal`.
    package mutating func update(snapshot bytes: [UInt8], now: Date, isLocal: Bool = false) throws(TrustError) {
        guard let timestamp, targets == nil else { throw .outOfOrder(role: Snapshot.name) }
        try timestamp.header.checkExpiry(Timestamp.name, now: Moment(now))
        if !isLocal { try timestamp.snapshot.verify(bytes, role: Snapshot.name) }
        let envelope = try Envelope(parsing: bytes, role: Snapshot.name)
        try envelope.verify(Snapshot.name, by: try root.keys(of: Snapshot.name))
        let new = try Snapshot(envelope.signed)
        for (name, trusted) in snapshot?.meta ?? [:] {
            guard let found = new.meta[name] else { throw .missingRole(role: name) }
            if found.version < trusted.version {
                throw .rollback(role: name, trusted: trusted.version, found: found.version)
            }
        }
        snapshot = new
        try checkFinal(new, timestamp, now: Moment(now))
    }

    /// Takes the top-level targets (5.6).
    package mutating func update(targets bytes: [UInt8], now: Date) throws(TrustError) {
        targets = try verified(bytes, Targets.name, by: try root.keys(of: Targets.name), now: now).targets
    }

    /// Takes a delegated role, for which the delegation's keys must have signed (5.6.7).
    package mutating func update(
        delegated bytes: [UInt8], of delegation: Delegation, now: Date
    ) throws(TrustError) -> Targets {
        guard targets != nil else { throw .outOfOrder(role: delegation.name) }
        let (envelope, targets) = try verified(bytes, delegation.name, by: delegation.keys, now: now)
        delegated[delegation.name] = DelegatedRole(envelope: envelope, targets: targets, signers: [delegation.keys])
        return targets
    }

    /// The delegated role, where it has been taken already; throws unless the keys of this very delegation signed it.
    package mutating func delegated(_ delegation: Delegation) throws(TrustError) -> Targets? {
        guard let role = delegated[delegation.name] else { return nil }
        if !role.signers.contains(delegation.keys) {
            try role.envelope.verify(delegation.name, by: delegation.keys)
            delegated[delegation.name]?.signers.insert(delegation.keys)
        }
        return role.targets
    }

    /// Checks a targets role against the snapshot, the keys and the time.
    private func verified(
        _ bytes: [UInt8], _ role: String, by keys: RoleKeys, now: Date
    ) throws(TrustError) -> (envelope: Envelope, targets: Targets) {
        guard let timestamp, let snapshot else { throw .outOfOrder(role: role) }
        try checkFinal(snapshot, timestamp, now: Moment(now))
        guard let meta = meta(of: role) else { throw .missingRole(role: role) }
        try meta.verify(bytes, role: role)
        let envelope = try Envelope(parsing: bytes, role: role)
        try envelope.verify(role, by: keys)
        let new = try Targets(envelope.signed, role: role)
        guard new.header.version == meta.version else {
            throw .wrongVersion(role: role, expected: meta.version, found: new.header.version)
        }
        try new.header.checkExpiry(role, now: Moment(now))
        return (envelope, new)
    }

    /// A snapshot that counts is the timestamp's and has not expired; an older one is only compared with.
    private func checkFinal(_ snapshot: Snapshot, _ timestamp: Timestamp, now: Moment) throws(TrustError) {
        try snapshot.header.checkExpiry(Snapshot.name, now: now)
        guard snapshot.header.version == timestamp.snapshot.version else {
            throw .wrongVersion(
                role: Snapshot.name, expected: timestamp.snapshot.version, found: snapshot.header.version)
        }
    }
}

extension TrustedMetadata {
    /// The most bytes that a role's file may have when no length is given for it.
    package enum Limit {
        package static let root = 512_000, timestamp = 16_384, snapshot = 2_000_000, targets = 5_000_000
        /// How many new roots one refresh takes.
        package static let rootRotations = 256
    }

    package var rootVersion: Int { root.header.version }
    package var timestampVersion: Int? { timestamp?.header.version }
    /// The snapshot to fetch, once there is a timestamp.
    package var snapshotMeta: MetaFile? { timestamp?.snapshot }
    /// The targets to fetch, once there is a snapshot.
    package var targetsMeta: MetaFile? { meta(of: Targets.name) }

    /// What the snapshot says of a targets role.
    package func meta(of role: String) -> MetaFile? { snapshot?.meta[role + ".json"] }

    /// The name of a role's file below `metadata/`; `version` counts where snapshots are consistent.
    package func fileName(of role: String, version: Int) -> String {
        root.consistentSnapshot ? "\(version).\(role).json" : "\(role).json"
    }
}
