import Files
import FoundationEssentials

/// A repository that is being changed: locked, cleaned of what interrupted runs left, and read.
struct RepositorySession: ~Copyable {
    let folder: RepositoryFolder
    let keys: RepositoryKeys
    let state: RepositoryState
    let pending: PendingMetadata
    private let lock: FileLock

    init(_ folder: RepositoryFolder, keys: RepositoryKeys) throws {
        try keys.refuseURI()
        let lock = try folder.lock()
        try folder.refuse(keys)
        try folder.sweep()
        let state = try RepositoryState(reading: folder)
        pending = try PendingMetadata(in: folder, after: state)
        self.folder = folder
        self.keys = keys
        self.state = state
        self.lock = lock
    }

    /// A change of its own; refused while another one waits for signatures, for both would be the same versions.
    func change(now: Date) throws -> MetadataChange {
        guard pending.content.isEmpty else { throw PublishingError.changePending(roles: pending.content) }
        return MetadataChange(state, keys: try keys.open(), now: now)
    }
}
