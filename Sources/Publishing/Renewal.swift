import FoundationEssentials
import Signatures
import Trust

/// New versions with new expiries, and the same content.
package struct Renewal {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys

    package init(folder: RepositoryFolder, keys: RepositoryKeys) {
        self.folder = folder
        self.keys = keys
    }

    /// Renews `role`; the roles that depend on it follow. Without a role: all but root whose keys are at hand,
    /// timestamp at least.
    package func run(role: String? = nil, now: Date) throws -> ChangeOutcome {
        let session = try RepositorySession(folder, keys: keys)
        let depending = [Snapshot.name, Timestamp.name]
        // Snapshot and timestamp can be renewed while something else waits for signatures.
        let isFree = session.pending.content.isEmpty
        var change =
            isFree || role.map(depending.contains) ?? true
            ? MetadataChange(session.state, keys: try keys.open(), now: now) : try session.change(now: now)
        if let role {
            guard session.state.roles.contains(role) else { throw PublishingError.unknownRole(role) }
            // Those that must follow have to be at hand as well.
            let following = depending.firstIndex(of: role).map { Array(depending[$0...]) } ?? depending
            try change.demand(role == Root.name ? [role] : [role] + following)
            try change.renew(role)
        } else {
            try change.demand([Timestamp.name])
            try change.renew(Timestamp.name)
            if try change.isAtHand(Snapshot.name) {
                try change.renew(Snapshot.name)
                for role in isFree ? [Targets.name] + session.state.channels : [] where try change.isAtHand(role) {
                    try change.renew(role)
                }
            }
        }
        return try change.finish(in: folder)
    }
}
