import Bundles

/// What can happen to a model on this device.
package enum ModelEvent: Equatable, Sendable {
    /// A version lies in staging, whole and checked.
    case staged(Installed)
    /// What lay in staging is gone, or given up.
    case discarded
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
    /// The owner wants this version and no other.
    case pinned(version: String)
    /// The owner takes that back.
    case unpinned
    /// A version is no longer kept to go back to.
    case collected(version: String)
    /// A check of the repository found a release that waits, or none.
    case offered(ModelStatus.Offer?)
}

extension ModelState {
    /// The state after `event`: a pure function, and the only way that a state changes.
    package func after(_ event: ModelEvent) throws(StateError) -> ModelState {
        var next = self
        switch event {
        case .staged(let release):
            try allow(release)
            try mustSuitPin(release)
            next.staged = release
        case .discarded:
            next.staged = nil
        case .installed(let release):
            try next.take(release)
            next.trial = nil
            next.confirm(release)
        case .tried(let release, let deadline, let attempts):
            try next.take(release)
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
            if trial.attemptsLeft <= 0 { next.block(trial.release, Blocked.overdue) }
        case .rolledBack:
            try next.rollBack()
        case .lost(let version):
            next.lose(version)
        case .unblocked(let version):
            guard blocked.contains(where: { $0.version == version }) else { throw .notBlocked(version: version) }
            next.blocked.removeAll { $0.version == version }
        case .pinned(let version):
            try next.pin(version)
        case .unpinned:
            guard pinned != nil else { throw .notPinned }
            next.pinned = nil
        case .collected(let version):
            next.kept.removeAll { $0.version == version }
            if previous?.version == version { next.previous = nil }
        case .offered(let offer):
            next.offer = offer
        }
        return next
    }
}
