import Failures
import JSONText

/// Why a key, a document or a signature could not be read or made.
package enum SignatureError: Error, Equatable {
    /// No key in a form this room reads.
    case malformedKey
    /// A key of a type or size that is not accepted.
    case unsupportedKey(type: String)
    /// The private key is encrypted and no password came with it.
    case passwordNeeded
    /// The private key does not open with this password.
    case wrongPassword
    /// No X.509 certificate, or one in another form than DER and PEM.
    case malformedCertificate
    /// The certificates are for other keys than the one that signs.
    case certificateOfAnotherKey(subject: String)
    /// A key in a PKCS#11 token can't be reached.
    case tokenNotAvailable(TokenProblem)
    /// libcrypto refused to do what it always does.
    case cryptographyFailed(operation: String)
    /// Not JSON, or JSON beyond what is accepted.
    case malformedJSON(JSONError)
    /// A signature lacks something, or says something else than it must.
    case malformedSignature(field: String)
    /// The signature's bytes are not the ones that its values are written as.
    case notCanonical(offset: Int)
    /// A policy that cannot be met, or contradicts itself.
    case malformedPolicy(PolicyProblem)
    /// A new policy that the one before does not lead to.
    case policyRefused(PolicySuccession.Refusal)
}

/// What is wrong with a token.
package enum TokenProblem: Equatable, Sendable {
    /// OpenSSL's engine for PKCS#11 isn't installed.
    case noEngine
    /// The engine doesn't start, as with a module that isn't there.
    case noModule
    /// The token has no such key, or the PIN is wrong.
    case noKey
}

/// What is wrong with a policy.
package enum PolicyProblem: Equatable, Sendable {
    case threshold(Int, keys: Int)
    case repeatedRoot(subject: String)
    case repeatedName(String)
    case repeatedKey(String)
    case unknownRequired(String)
    case version(Int)
    case keyNotForModels(String)
}

extension SignatureError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .unsupportedKey, .passwordNeeded, .wrongPassword, .malformedPolicy, .certificateOfAnotherKey: .usage
        case .tokenNotAvailable: .localFile
        case .policyRefused: .notTrusted
        case .cryptographyFailed: .bug
        case .malformedKey, .malformedCertificate, .malformedJSON, .malformedSignature, .notCanonical: .damaged
        }
    }
}
