import Files
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#endif

extension Updater {
    /// Switches to the version that lies in staging, whole and checked before: no repository is asked.
    package func activate(_ store: inout Store, _ name: String, clock: Date) throws -> UpdateResult {
        let now = store.now(clock: clock)
        guard let state = store.state.models[name] else { throw store.state.unknownModel(name) }
        guard let release = state.staged else { throw StateError.nothingStaged }
        try state.allow(release)
        try state.mustSuitPin(release)
        guard try isStillWhole(release, in: store.layout.model(name).staged(release.version)) else {
            try store.record(.discarded, of: name, at: now)
            throw UpdateError.rotten(model: name, version: release.version)
        }
        return try activate(
            &store, release, UpdateResult(model: name, outcome: .staged, version: release.version), now)
    }

    /// A disk that fails to read says nothing about the version; anything else that is wrong does.
    private func isStillWhole(_ release: Installed, in folder: String) throws -> Bool {
        do {
            return try examine(release, in: folder)
        } catch let error as FileError {
            if case .failed(_, _, EIO) = error { throw error }
            return false
        } catch {
            return false
        }
    }
}
