import Bundles

/// What can happen to a model on this device.
package enum ModelEvent: Equatable, Sendable {
    /// A version is on disk, passed its check and is confirmed at once.
    case installed(Installed)
    /// A version is on disk, passed its check and waits for `confirm`.
    case tried(Installed, deadline: Int, attempts: Int)
    /// The trial's version proved itself.
    case confirmed
    /// A check said no.
    case refused(Installed, reason: String)
    /// A check of a version came to no verdict; it may do so fewer than `attempts` times.
    case undecided(Installed, attempts: Int, reason: String)
    /// A run found the trial past its deadline.
    case overdue
    /// The owner wants the version before this one.
    case rolledBack
    /// A version that should be on disk isn't.
    case lost(version: String)
    /// The owner lifts a block.
    case unblocked(version: String)
}

extension ModelState {
    /// The state after `event`: a pure function, and the only way that a state changes.
    package func after(_ event: ModelEvent) throws(StateError) -> ModelState {
        var next = self
        switch event {
        case .installed(let release):
            try allow(release)
            next.trial = nil
            next.undecided = nil
            next.confirm(release)
        case .tried(let release, let deadline, let attempts):
            try allow(release)
            next.undecided = nil
            next.trial = Trial(release: release, deadline: deadline, attemptsLeft: max(1, attempts))
        case .confirmed:
            guard let release = trial?.release else { throw .noTrial }
            next.trial = nil
            next.confirm(release)
        case .refused(let release, let reason):
            try mustNotBeConfirmed(release)
            next.block(release, reason)
        case .undecided(let release, let attempts, let reason):
            try mustNotBeConfirmed(release)
            let count = (undecided?.indexSHA256 == release.indexSHA256 ? undecided?.count ?? 0 : 0) + 1
            if count < attempts {
                next.undecided = Undecided(indexSHA256: release.indexSHA256, count: count)
            } else {
                next.block(release, reason)
            }
        case .overdue:
            guard var trial else { throw .noTrial }
            trial.attemptsLeft -= 1
            next.trial = trial
            if trial.attemptsLeft <= 0 { next.block(trial.release, "not confirmed in time") }
        case .rolledBack:
            try next.rollBack()
        case .lost(let version):
            next.lose(version)
        case .unblocked(let version):
            guard blocked.contains(where: { $0.version == version }) else { throw .notBlocked(version: version) }
            next.blocked.removeAll { $0.version == version }
        }
        return next
    }

    /// Throws for a version that this device must not run.
    package func allow(_ release: Installed) throws(StateError) {
        if isBlocked(release.indexSHA256) { throw .blocked(version: release.version) }
        if let floor, isBelow(release.version, floor) { throw .belowFloor(version: release.version, floor: floor) }
    }

    /// A version that is confirmed is left by a rollback only, which knows where to go.
    private func mustNotBeConfirmed(_ release: Installed) throws(StateError) {
        if confirmed?.indexSHA256 == release.indexSHA256 { throw .isConfirmed(version: release.version) }
    }

    private mutating func confirm(_ release: Installed) {
        if confirmed?.indexSHA256 != release.indexSHA256 { previous = confirmed }
        confirmed = release
        if let raised = release.floor, floor.map({ isBelow($0, raised) }) ?? true { floor = raised }
    }

    private mutating func block(_ release: Installed, _ reason: String) {
        if trial?.release.indexSHA256 == release.indexSHA256 { trial = nil }
        if undecided?.indexSHA256 == release.indexSHA256 { undecided = nil }
        if isBlocked(release.indexSHA256) { return }
        blocked.append(Blocked(version: release.version, indexSHA256: release.indexSHA256, reason: reason))
    }

    private mutating func rollBack() throws(StateError) {
        if let trial { return block(trial.release, "rolled back") }
        guard let left = confirmed, let wanted = previous else { throw .noPrevious }
        try allow(wanted)
        confirmed = wanted
        previous = left
        block(left, "rolled back")
    }

    private mutating func lose(_ version: String) {
        if trial?.release.version == version { trial = nil }
        if previous?.version == version { previous = nil }
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
