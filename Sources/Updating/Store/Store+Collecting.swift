import Bundles
import Files
import FoundationEssentials

/// What a collection came to for one model.
package struct Collection: Equatable, Sendable, Codable {
    package let model: String
    /// Versions that are gone.
    package var removed: [String] = []
    /// Versions that somebody reads, and that stay until the next time.
    package var inUse: [String] = []

    private enum CodingKeys: String, CodingKey {
        case model, removed
        case inUse = "in_use"
    }
}

extension ModelState {
    /// The versions that go when `count` are to stay beside the one in use: a pure function.
    package func collectable(keeping count: Int) -> [Installed] {
        let before = [previous].compactMap(\.self) + kept
        return Array(before.dropFirst(max(0, count)))
    }

    /// Whether an unfinished version in staging may still become one of this device's.
    package func mayStillStage(_ version: String) -> Bool {
        if staged?.version == version { return true }
        if blocked.contains(where: { $0.version == version }) { return false }
        if let pinned, pinned != version { return false }
        return !named.contains { $0.version == version } && (confirmed.map { isBelow($0.version, version) } ?? true)
    }
}

extension Store {
    /// Removes the versions beyond the `count` that stay beside the one in use, and what nobody will need in staging.
    ///
    /// The state lets go of a version first; a stop in between leaves a stray version, which repair knows.
    package mutating func collect(_ name: String, keeping count: Int, clock: Date) throws -> Collection {
        var collection = Collection(model: name)
        let model = layout.model(name)
        for release in (state.models[name] ?? ModelState()).collectable(keeping: count) {
            if try isFree(release.version, of: model) {
                try record(.collected(version: release.version), of: name, at: now(clock: clock))
                try FileSystem.remove(model.staged(release.version))
                try restage(release.version, of: model)
                collection.removed.append(release.version)
            } else {
                collection.inUse.append(release.version)
            }
        }
        try cleanStaging(of: name, &collection)
        try removeLocks(of: name)
        return collection
    }

    private func isFree(_ version: String, of model: ModelLayout) throws -> Bool {
        do {
            _ = try FileLock(model.lock(version))
            return true
        } catch FileError.locked {
            return false
        }
    }

    private func cleanStaging(of name: String, _ collection: inout Collection) throws {
        let state = state.models[name] ?? ModelState()
        let staging = layout.model(name).staging
        for file in FileSystem.isDirectory(staging) ? try FileSystem.list(staging) : [] {
            // A delta beside it goes where its version goes.
            let version = file.hasSuffix(".delta") ? String(file.dropLast(".delta".count)) : file
            if state.mayStillStage(version) { continue }
            try FileSystem.remove(staging + "/" + file)
            if !collection.removed.contains(version) { collection.removed.append(version) }
        }
    }

    /// Locks of versions that are gone, where nobody holds them.
    private func removeLocks(of name: String) throws {
        let model = layout.model(name)
        guard FileSystem.isDirectory(model.versions) else { return }
        for file in try FileSystem.list(model.versions) where file.hasSuffix(".lock") {
            let version = String(file.dropLast(".lock".count))
            if FileSystem.exists(model.version(version)) { continue }
            if try isFree(version, of: model) { try FileSystem.remove(model.lock(version)) }
        }
    }
}
