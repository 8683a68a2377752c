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

    /// Renews `role` and the roles that must follow it. Without a role: all but root whose keys are at hand,
    /// timestamp at least. The names of the roles that were renewed.
    package func run(role: String? = nil, now: Date) throws -> [String] {
        let lock = try folder.lock()
        defer { withExtendedLifetime(lock) {} }
        try folder.sweep()
        let state = try RepositoryState(reading: folder)
        var change = MetadataChange(state, keys: keys, now: now)
        let role = try role ?? highestAtHand(state.trusted.root)
        switch role {
        case Root.name: try change.signRoot()
        case Targets.name: try change.signTargets()
        case Snapshot.name: try change.signSnapshot()
        case Timestamp.name: try change.signTimestamp()
        default: throw PublishingError.unknownRole(role)
        }
        try change.write(to: folder)
        let order = [Targets.name, Snapshot.name, Timestamp.name]
        return order.firstIndex(of: role).map { Array(order[$0...]) } ?? [role]
    }

    private func highestAtHand(_ root: Root) throws -> String {
        func isAtHand(_ role: String) throws -> Bool {
            do {
                _ = try keys.signers(of: role, in: root)
                return true
            } catch PublishingError.keysMissing {
                return false
            }
        }
        guard try isAtHand(Snapshot.name) else { return Timestamp.name }
        return try isAtHand(Targets.name) ? Targets.name : Snapshot.name
    }
}
