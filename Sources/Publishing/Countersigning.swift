import Files
import FoundationEssentials
import Signatures
import Trust

/// One more person's signatures on what waits in `pending/`.
package struct Countersigning {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys

    package init(folder: RepositoryFolder, keys: RepositoryKeys) {
        self.folder = folder
        self.keys = keys
    }

    /// Adds what the keys at hand can sign, and publishes it all once enough have signed.
    package func run(now: Date) throws -> ChangeOutcome {
        let session = try RepositorySession(folder, keys: keys)
        guard !session.pending.drafts.isEmpty else { throw PublishingError.nothingPending }
        let before = session.pending.drafts.mapValues(\.signatures.count)
        var change = try MetadataChange(
            session.state, continuing: session.pending, keys: try keys.open(), now: now)
        let outcome = try change.finish(in: folder)
        let hasSigned = change.drafts.contains { $0.value.signatures.count > before[$0.key] ?? 0 }
        guard hasSigned || outcome.waiting.isEmpty else { throw PublishingError.nothingToSign(folder: keys.folder) }
        return outcome
    }

    /// Drops what waits; the roles that it was for.
    package func discard() throws -> [String] {
        let session = try RepositorySession(folder, keys: keys)
        guard !session.pending.drafts.isEmpty else { throw PublishingError.nothingPending }
        try FileSystem.remove(folder.pending)
        return session.pending.drafts.keys.sorted()
    }
}
