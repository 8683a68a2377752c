import Bundles
import Failures
import Files

/// Why an update, or another change on a device, can't go on.
package enum UpdateError: Error, Equatable {
    /// The folder was never set up as a device's.
    case noDevice(root: String)
    /// The folder is already a device's.
    case deviceExists(root: String)
    /// The folder is another user's, or others may write in it.
    case notPrivate(root: String)
    /// `state.json` is gone, and the floor with it.
    case noState(path: String)
    /// There is no trusted root to start from.
    case noRoot(folder: String)
    case badModelName(String)
    /// The repository has no such channel; `known` are those that its metadata tells of.
    case noChannel(String, known: [String])
    /// The channel carries no such model.
    case notOnChannel(model: String, channel: String, known: [String])
    /// The release's files aren't among the repository's targets.
    case noTarget(String)
    /// The channel, the manifest and the target's place disagree about what this is.
    case contradiction(what: String, expected: String, found: String)
    /// Bytes still fail their digest after they were fetched again.
    case damaged(member: String, chunk: Int)
    /// A version on this device is no longer what its index says.
    case rotten(model: String, version: String)
    /// The device lacks what the model requires.
    case unmet(requirement: String, needed: String, found: String)
    case noSpace(needed: Int, free: Int)
    /// On a metered link so much isn't fetched without a delta.
    case metered(bytes: Int, summary: FetchSummary)
    /// The caller wants no more.
    case cancelled
}

extension UpdateError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .noDevice, .deviceExists, .notPrivate, .noRoot, .noState: .localFile
        case .badModelName, .notOnChannel: .usage
        case .noChannel, .noTarget: .notAvailable
        case .contradiction: .notTrusted
        case .damaged, .rotten: .damaged
        case .unmet, .metered: .notForThisDevice
        case .noSpace: .noSpace
        case .cancelled: .cancelled
        }
    }
}
