/// Where a model stands on this device, in a word.
public enum ModelPhase: String, Codable, Sendable, CaseIterable {
    /// Nothing is here.
    case idle
    /// A version is being put together.
    case staging
    /// A version is whole and checked, and not in use.
    case staged
    /// A version is in use and not yet confirmed.
    case trial
    /// A version is in use and confirmed.
    case confirmed
    /// A version was in use and was left again; it is blocked.
    case rolledBack = "rolled-back"
    /// A newer version was refused and is blocked.
    case blocked
}

extension ModelState {
    /// The phase, from the state and whether something unfinished lies in staging: a pure function.
    package func phase(isStaging: Bool) -> ModelPhase {
        if trial != nil { return .trial }
        if staged != nil { return .staged }
        if isStaging { return .staging }
        // What was blocked last says most, unless a newer version has been confirmed since.
        if let last = blocked.last, confirmed.map({ isBelow($0.version, last.version) }) ?? true {
            return [Blocked.rolledBack, Blocked.overdue].contains(last.reason) ? .rolledBack : .blocked
        }
        return confirmed == nil ? .idle : .confirmed
    }
}
