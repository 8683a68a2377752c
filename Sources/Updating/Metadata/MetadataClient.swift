import Files
import FoundationEssentials
import Transport
import Trust

/// TUF's client workflow (specification 5.3 to 5.6) over a source and a folder; all judgement is `TrustedMetadata`'s.
///
/// A role is stored once it is verified in its place, so a run that fails keeps the steps before.
package struct MetadataClient {
    private let folder: MetadataFolder
    private let source: any Source

    /// `source` is the repository's `metadata/`; `folder` holds at least the trusted root.
    package init(folder: MetadataFolder, source: any Source) {
        self.folder = folder
        self.source = source
    }

    /// Brings the trusted metadata up to date.
    ///
    /// Throws `TrustError` for metadata that can't be believed, `TransportError` for what can't be had, `FileError`.
    package func refresh(now: Date) throws -> TrustedMetadata {
        var metadata = try loadRoot()
        try updateRoot(&metadata)
        try updateTimestamp(&metadata, now)
        try updateSnapshot(&metadata, now)
        try updateTargets(&metadata, now)
        return metadata
    }

    /// Looks for a file through the delegations, which takes their metadata as far as it is needed (5.6.7); nil where
    /// there is no such file.
    package func find(_ path: String, in metadata: inout TrustedMetadata, now: Date) throws -> TargetFile? {
        guard let targets = metadata.targets else { throw TrustError.outOfOrder(role: Targets.name) }
        if let file = targets.files[path] { return file }
        var search = TargetSearch(for: path, below: targets)
        while let delegation = try search.next() {
            let targets = try update(&metadata, delegation, now)
            if let file = targets.files[path] { return file }
            search.enter(targets)
        }
        return nil
    }

    private func loadRoot() throws -> TrustedMetadata {
        guard let root = try folder.read(Root.name) else { throw UpdateError.noRoot(folder: folder.path) }
        return try TrustedMetadata(root: root)
    }

    private func updateRoot(_ metadata: inout TrustedMetadata) throws {
        for _ in 0..<TrustedMetadata.Limit.rootRotations {
            let name = "\(metadata.rootVersion + 1).root.json"
            guard let bytes = try source.fetch(ifPresent: name, limit: TrustedMetadata.Limit.root) else { return }
            try metadata.update(root: bytes)
            try folder.store(bytes, as: Root.name)
        }
    }

    private func updateTimestamp(_ metadata: inout TrustedMetadata, _ now: Date) throws {
        // 5.3.10, before anything more is asked for.
        try checkExpiry(metadata.root.header, Root.name, now)
        // One that doesn't verify any more, as after a rotation of keys, counts for nothing.
        if let local = try folder.read(Timestamp.name) { _ = try? metadata.update(timestamp: local, now: now) }
        let bytes = try source.fetch("timestamp.json", limit: TrustedMetadata.Limit.timestamp)
        if try metadata.update(timestamp: bytes, now: now) {
            try folder.store(bytes, as: Timestamp.name)
        } else if let header = metadata.timestamp?.header {
            try checkExpiry(header, Timestamp.name, now)
        }
    }

    private func updateSnapshot(_ metadata: inout TrustedMetadata, _ now: Date) throws {
        if let local = try folder.read(Snapshot.name),
            (try? metadata.update(snapshot: local, now: now, isLocal: true)) != nil
        {
            return
        }
        let bytes = try fetch(Snapshot.name, metadata.snapshotMeta, TrustedMetadata.Limit.snapshot, metadata)
        try metadata.update(snapshot: bytes, now: now)
        try folder.store(bytes, as: Snapshot.name)
    }

    private func updateTargets(_ metadata: inout TrustedMetadata, _ now: Date) throws {
        if let local = try folder.read(Targets.name), (try? metadata.update(targets: local, now: now)) != nil { return }
        let bytes = try fetch(Targets.name, metadata.targetsMeta, TrustedMetadata.Limit.targets, metadata)
        try metadata.update(targets: bytes, now: now)
        try folder.store(bytes, as: Targets.name)
    }

    /// The metadata of a delegated role: what is known, else what is kept, else what the repository has.
    ///
    /// A role that the snapshot doesn't list is not asked for.
    private func update(
        _ metadata: inout TrustedMetadata, _ delegation: Delegation, _ now: Date
    ) throws -> Targets {
        if let known = try metadata.delegated(delegation) { return known }
        let role = delegation.name, meta = metadata.meta(of: role)
        if meta != nil, let local = try folder.read(role),
            let kept = try? metadata.update(delegated: local, of: delegation, now: now)
        {
            return kept
        }
        let bytes = try fetch(role, meta, TrustedMetadata.Limit.targets, metadata)
        let targets = try metadata.update(delegated: bytes, of: delegation, now: now)
        try folder.store(bytes, as: role)
        return targets
    }

    private func fetch(
        _ role: String, _ meta: MetaFile?, _ limit: Int, _ metadata: TrustedMetadata
    ) throws -> [UInt8] {
        guard let meta else { throw TrustError.missingRole(role: role) }
        let name = metadata.fileName(of: urlComponent(role), version: meta.version)
        return try source.fetch(name, limit: meta.length ?? limit)
    }

    private func checkExpiry(_ header: RoleHeader, _ role: String, _ now: Date) throws(TrustError) {
        if Moment(now) >= header.expires { throw .expired(role: role, at: header.expires.text) }
    }
}
