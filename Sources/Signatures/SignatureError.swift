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
    /// libcrypto refused to do what it always does.
    case cryptographyFailed(operation: String)
    /// Not JSON, or JSON beyond what is accepted.
    case malformedJSON(offset: Int, problem: JSONProblem)
    /// A signature lacks something, or says something else than it must.
    case malformedSignature(field: String)
    /// The signature's bytes are not the ones that its values are written as.
    case notCanonical(offset: Int)
    /// A policy that cannot be met, or contradicts itself.
    case malformedPolicy(PolicyProblem)
}

/// What is wrong with a JSON text.
package enum JSONProblem: Error, Equatable {
    case ended, unexpectedByte, invalidText, duplicateName, tooDeep, notAnInteger, trailingBytes
}

/// What is wrong with a policy.
package enum PolicyProblem: Equatable, Sendable {
    case threshold(Int, keys: Int)
    case repeatedName(String)
    case repeatedKey(String)
    case unknownRequired(String)
    case version(Int)
    case keyNotForModels(String)
}
