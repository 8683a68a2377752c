import FoundationEssentials
import Signatures
import Trust

/// Puts the next bundle policy into a repository, where devices follow it.
package struct PolicyChange {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys

    package init(folder: RepositoryFolder, keys: RepositoryKeys) {
        self.folder = folder
        self.keys = keys
    }

    /// Publishes the next policy: only what every device that has the current one will accept.
    ///
    /// It stays under its version's name too, for devices that are further behind.
    package func run(_ document: PolicyDocument, now: Date) throws -> ChangeOutcome {
        let session = try RepositorySession(folder, keys: keys)
        var change = try session.change(now: now)
        try change.demand([Targets.name, Snapshot.name, Timestamp.name])
        let next = try PolicySuccession.next(after: try session.state.policy(in: folder), document)
        let bytes = document.encoded
        for path in [RepositoryState.policyPath, PolicyDocument.path(version: next.version)] {
            try folder.write(target: path, bytes)
            try change.setTarget(path, length: bytes.count, digest: .sha256(bytes))
        }
        return try change.finish(in: folder)
    }
}
