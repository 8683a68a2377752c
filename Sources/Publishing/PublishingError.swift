import Signatures

/// Why something was not published.
package enum PublishingError: Error, Equatable {
    /// There is a repository already.
    case repositoryExists(path: String)
    /// No repository, or one whose making was interrupted.
    case noRepository(path: String)
    /// A key file holds no usable private key.
    case unusableKey(path: String, SignatureError)
    /// Too few of a role's keys are at hand.
    case keysMissing(role: String, folder: String, found: Int, threshold: Int)
    /// A web server in front of the repository would serve the keys.
    case keysInRepository(folder: String)
    /// A URI where a folder of key files must be.
    case keysNotInFolder(String)
    /// Another change waits for signatures.
    case changePending(roles: [String])
    /// Nothing waits for signatures.
    case nothingPending
    /// Nothing that waits can be signed with the keys at hand.
    case nothingToSign(folder: String)
    /// A role has no such key, or has it already, or more than one that the text could mean.
    case unknownKey(role: String, keyID: String)
    case knownKey(role: String, keyID: String)
    /// The repository has no such version.
    case unknownRelease(name: String, version: String, known: [String])
    case unknownChannel(String, known: [String])
    /// The channel offers no such model.
    case notOffered(name: String, channel: String, known: [String])
    /// No role of ours, or a threshold that cannot be.
    case badThreshold(role: String, threshold: Int)
    case unknownRole(String)
    case badChannelName(String)
    case badPercentage(Double)
    /// The repository's metadata refers to a policy that cannot be read.
    case unreadablePolicy
    /// The same name and version is known with another content.
    case differentContent(name: String, version: String, published: Digest, offered: Digest)
    /// The channel offers a newer version, and going back was not asked for.
    case notNewer(name: String, version: String, current: String, channel: String)
    /// A step back from nothing: the channel never offered a newer version.
    case nothingToLeave(name: String, version: String, channel: String)
    /// The judge's reasons against the bundle, and the path of the one that it was compared with.
    case judgedNo([String], bundle: String, baseline: String?)
    /// A role's metadata would be larger than clients accept.
    case tooLarge(role: String, bytes: Int, limit: Int)
}
