import Failures
import JSONText
import Signatures

/// Why a repository's metadata, or a file it names, is not believed. Roles bear TUF's names.
package enum TrustError: Error, Equatable {
    /// No JSON, or none that can be signed.
    case malformedJSON(role: String, JSONError)
    /// A field is missing or has a type or value that the specification does not allow.
    case malformed(role: String, field: String)
    /// The metadata is another role's.
    case wrongType(role: String, found: String)
    /// One key appears twice among the signatures.
    case repeatedSignature(role: String, keyID: String)
    /// Fewer good signatures than the role's threshold.
    case tooFewSignatures(role: String, found: Int, threshold: Int)
    /// The version inside is not the one that was asked for.
    case wrongVersion(role: String, expected: Int, found: Int)
    /// An older version than one already trusted.
    case rollback(role: String, trusted: Int, found: Int)
    /// A role that was in the trusted snapshot is gone.
    case missingRole(role: String)
    case expired(role: String, at: String)
    case wrongLength(name: String, expected: Int, found: Int)
    case wrongDigest(name: String)
    /// None of the digests is of an algorithm that is known here.
    case noKnownDigest(name: String)
    /// A file could be anywhere below more delegated roles than are asked.
    case tooManyDelegations(path: String, limit: Int)
    /// Metadata came before what it depends on, or again.
    case outOfOrder(role: String)
}

extension TrustError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .malformedJSON, .malformed, .wrongLength, .wrongDigest, .noKnownDigest: .damaged
        case .outOfOrder: .bug
        case .wrongType, .repeatedSignature, .tooFewSignatures, .wrongVersion, .rollback, .missingRole, .expired,
            .tooManyDelegations:
            .notTrusted
        }
    }
}
