import Bundles

// What an event does to the state, rule by rule.
extension ModelState {
    /// Throws for a version that this device must not run.
    package func allow(_ release: Installed) throws(StateError) {
        if isBlocked(release.indexSHA256) { throw .blocked(version: release.version) }
        if let floor, isBelow(release.version, floor) { throw .belowFloor(version: release.version, floor: floor) }
    }

    /// Throws for a version that the owner's pin leaves out.
    package func mustSuitPin(_ release: Installed) throws(StateError) {
        if let pinned, pinned != release.version { throw .pinned(version: pinned) }
    }

    /// A version that is confirmed is left by a rollback only, which knows where to go.
    func mustNotBeConfirmed(_ release: Installed) throws(StateError) {
        if confirmed?.indexSHA256 == release.indexSHA256 { throw .isConfirmed(version: release.version) }
    }

    /// Lets a version come into use.
    mutating func take(_ release: Installed) throws(StateError) {
        try allow(release)
        try mustSuitPin(release)
        undecided = nil
        staged = nil
        offer = nil
    }

    mutating func confirm(_ release: Installed) {
        if confirmed?.indexSHA256 != release.indexSHA256 {
            kept = [previous].compactMap(\.self) + kept
            previous = confirmed
        }
        // A version has one place only.
        kept.removeAll { $0.version == release.version || $0.version == previous?.version }
        if previous?.version == release.version { previous = nil }
        confirmed = release
        if let raised = release.floor, floor.map({ isBelow($0, raised) }) ?? true { floor = raised }
    }

    mutating func block(_ release: Installed, _ reason: String) {
        if trial?.release.indexSHA256 == release.indexSHA256 { trial = nil }
        if undecided?.indexSHA256 == release.indexSHA256 { undecided = nil }
        if staged?.indexSHA256 == release.indexSHA256 { staged = nil }
        if isBlocked(release.indexSHA256) { return }
        blocked.append(Blocked(version: release.version, indexSHA256: release.indexSHA256, reason: reason))
    }

    /// The newest of the versions before that this device may run; the owner's later word lifts a pin.
    mutating func rollBack() throws(StateError) {
        if pinned == active?.version { pinned = nil }
        if let trial { return block(trial.release, Blocked.rolledBack) }
        let before = [previous].compactMap(\.self) + kept
        guard let left = confirmed, let nearest = before.first else { throw .noPrevious }
        guard let wanted = before.first(where: { (try? allow($0)) != nil }) else { return try allow(nearest) }
        confirmed = wanted
        previous = left
        kept.removeAll { $0.version == wanted.version }
        block(left, Blocked.rolledBack)
    }

    mutating func pin(_ version: String) throws(StateError) {
        if let floor, isBelow(version, floor) { throw .belowFloor(version: version, floor: floor) }
        if blocked.contains(where: { $0.version == version }) { throw .blocked(version: version) }
        pinned = version
        if let staged, staged.version != version { self.staged = nil }
        offer = nil
    }

    mutating func lose(_ version: String) {
        if trial?.release.version == version { trial = nil }
        if previous?.version == version { previous = nil }
        kept.removeAll { $0.version == version }
        guard confirmed?.version == version else { return }
        confirmed = nil
        if let fallback = previous, (try? allow(fallback)) != nil {
            confirmed = fallback
            previous = nil
        }
    }
}

/// Whether a version precedes another; one that isn't SemVer precedes all.
func isBelow(_ version: String, _ other: String) -> Bool {
    guard let right = SemanticVersion(other) else { return false }
    guard let left = SemanticVersion(version) else { return true }
    return left < right
}
