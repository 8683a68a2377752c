import Deltas

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
    case planned(model: String, version: String, FetchSummary)
    case fetching(model: String, version: String, done: Int, total: Int)
    /// A delta led nowhere; what it should give comes by another way.
    case deltaFailed(model: String, from: String, DeltaError)
    /// Fetching has ended, well or not; `wasted` bytes came for nothing.
    case fetched(model: String, version: String, landed: Int, wasted: Int)
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
    /// Bytes of payload that were fetched, and were of use.
    package var fetched = 0
    /// Bytes that came for nothing: damaged, broken off, or of a delta that led nowhere.
    package var wasted = 0
    /// Where the bytes would come from, in a dry run and for what waits for another link.
    package var plan: FetchSummary?
}
