import Failures
import Signatures

/// Why an artifact can't be pushed or pulled. Beside it, `TransportError` says what the network does.
package enum RegistryError: Error, Equatable {
    case badReference(String, Reference.Problem)
    /// A pull needs a tag or a digest.
    case noTag(String)
    /// A push can't choose its digest.
    case chosenDigest(String)

    // What the registry says.
    /// The registry wants to know who this is; `isKnown` where it was told, and does not agree.
    case unauthorized(host: String, isKnown: Bool)
    /// The registry can be authorized at in no way that is known here.
    case unknownChallenge(host: String, challenge: String)
    /// Tokens and bodies are sent to no place that others can listen at.
    case insecureAddress(host: String, address: String)
    case noSuchArtifact(String)
    case refused(address: String, status: Int, code: String, message: String)
    /// An answer that is not what the specification wants.
    case unexpected(address: String, what: String)

    // What it holds.
    case notAModel(String, artifactType: String)
    case notARepository(String, artifactType: String)
    case malformedManifest(String)
    /// More than a manifest has room for.
    case tooManyFiles(folder: String, count: Int)
    /// Bytes that are not what their digest says, or another digest than the one that was sent.
    case damaged(address: String, expected: Digest, found: String)
    /// A layer that a bundle's index doesn't name, or not so.
    case layerDisagrees(path: String)
    /// Bytes that are still to come, and those that are free.
    case noSpace(needed: Int, free: Int)

    // Who this is.
    case malformedCredentials(path: String)
    case helperFailed(program: String, reason: String)
}

extension RegistryError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .badReference, .noTag, .chosenDigest: .usage
        case .unauthorized, .unknownChallenge, .insecureAddress, .noSuchArtifact, .refused, .unexpected: .notAvailable
        case .notAModel, .notARepository, .malformedManifest, .damaged, .layerDisagrees: .damaged
        case .noSpace: .noSpace
        case .helperFailed, .malformedCredentials, .tooManyFiles: .localFile
        }
    }
}
