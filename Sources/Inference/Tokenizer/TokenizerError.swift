import Failures

/// Why a vocabulary can't be used.
package enum TokenizerError: Error, Equatable {
    /// `tokenizer.ggml.model` names a kind of tokenizer that is not built in.
    case unknownModel(String, known: [String])
    /// `tokenizer.ggml.pre` names a pre-tokenizer that is not built in.
    case unknownPreTokenizer(String, known: [String])
    /// There are more tokens or merges than this many.
    case tooMany(String, limit: Int, found: Int)
    /// There is not one type for each token.
    case typeCount(tokens: Int, types: Int)
    /// There is not one score for each token.
    case scoreCount(tokens: Int, scores: Int)
    /// The score of this token is no number.
    case notANumber(token: Int)
    /// A merge is not two parts with a space between.
    case malformedMerge(index: Int)
    /// A merge names, or makes, a text that is no token.
    case mergeOfUnknown(index: Int, text: String)
    /// A special token's id lies outside the vocabulary.
    case idOutOfRange(key: String, id: Int, tokens: Int)
}

extension TokenizerError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .unknownModel, .unknownPreTokenizer: .notForThisDevice
        default: .damaged
        }
    }
}
