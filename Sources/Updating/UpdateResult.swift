/// What a model's own test says about a version, before the device relies on it.
package enum Health: Equatable, Sendable {
    case good
    case bad(reason: String)
    /// The test could not be finished: out of time or memory.
    case undecided(reason: String)
}

/// What a run tells while it goes on.
package enum UpdateEvent: Equatable, Sendable {
    case refreshing
    case fetching(model: String, version: String, done: Int, total: Int)
    case testing(model: String, version: String)
    case switching(model: String, version: String)
}

/// What came of a run for one model.
package struct UpdateResult: Equatable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case upToDate = "up-to-date"
        case installed
        /// In use, and waiting for `confirm`.
        case trial
        /// Fetched and checked, and not switched to.
        case staged
        /// There, and not fetched.
        case available
        /// There, and not for this device now.
        case waiting
        /// There, and this device won't have it.
        case blocked
        /// The smoke test said no, and the version is blocked.
        case refused
        /// The smoke test came to no verdict.
        case undecided
    }

    package let model: String
    package var outcome: Outcome
    /// The version that the outcome is about.
    package var version: String?
    package var reason: String?
    /// Bytes of payload that were fetched.
    package var fetched = 0
}
