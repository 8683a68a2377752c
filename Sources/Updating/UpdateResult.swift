import Failures

/// What a model's own test says about a version, before the device relies on it.
public enum ModelHealth: Equatable, Sendable {
    /// It answers as it should.
    case good
    /// It doesn't: the version is blocked on this device.
    case bad(reason: String)
    /// The test could not be finished: out of time or memory. It costs one of the version's attempts.
    case undecided(reason: String)
}

/// What a run tells while it goes on.
///
/// Minor versions may add events, so let a `switch` have a default.
public enum UpdateEvent: Sendable {
    /// The repository is asked for what is new.
    case refreshing
    /// A version is about to be fetched.
    case planned(model: String, version: String, FetchSummary)
    /// So many bytes have come, of so many.
    case fetching(model: String, version: String, done: Int, total: Int)
    /// A delta led nowhere; what it should give comes by another way.
    case deltaFailed(model: String, from: String, any ModelpackError)
    /// Fetching has ended, well or not; `wasted` bytes came for nothing.
    case fetched(model: String, version: String, landed: Int, wasted: Int)
    /// A version is asked its check.
    case testing(model: String, version: String)
    /// A version comes into use.
    case switching(model: String, version: String)
    /// Reports that the owner wants could not be sent, and wait for the next run.
    case reportsWait(address: String, any Error)
}

/// What came of a run for one model.
public struct UpdateResult: Equatable, Sendable, Codable {
    /// What came of it; minor versions may add outcomes.
    public enum Outcome: String, Sendable, Codable {
        /// There is nothing newer.
        case upToDate = "up-to-date"
        /// In use, and confirmed.
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
        /// The check said no, and the version is blocked.
        case refused
        /// The check came to no verdict.
        case undecided
    }

    /// The model's name.
    public let model: String
    /// What came of it.
    public package(set) var outcome: Outcome
    /// The version that the outcome is about.
    public package(set) var version: String?
    /// Why it waits, or was refused: a short text.
    public package(set) var reason: String?
    /// Bytes of payload that were fetched, and were of use.
    public package(set) var fetched = 0
    /// Bytes that came for nothing: damaged, broken off, or of a delta that led nowhere.
    public package(set) var wasted = 0
    /// Where the bytes would come from, in a dry run and for what waits for another link.
    public package(set) var plan: FetchSummary?
}
