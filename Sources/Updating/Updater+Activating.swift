import Files
import FoundationEssentials

extension Updater {
    /// Switches to the version that lies in staging, whole and checked before: no repository is asked.
    package func activate(_ store: inout Store, _ name: String, clock: Date) throws -> UpdateResult {
        let now = store.now(clock: clock)
        guard let state = store.state.models[name] else { throw StateError.unknownModel(name) }
        guard let release = state.staged else { throw StateError.nothingStaged }
        try state.allow(release)
        try state.mustSuitPin(release)
        guard isWhole(release, in: store.layout.model(name).staged(release.version)) else {
            try store.record(.discarded, of: name, at: now)
            throw UpdateError.rotten(model: name, version: release.version)
        }
        return try activate(
            &store, release, UpdateResult(model: name, outcome: .staged, version: release.version), now)
    }
}
