import Failures

/// Why no verdict can be given.
package enum VerifyingError: Error, Equatable {
    /// The outputs were recorded with an arithmetic that this engine does not have.
    case unknownArithmetic(found: Int, known: [Int])
    /// The text has fewer tokens than are read at once.
    case shortText(tokens: Int, context: Int)
    /// More tokens at once than a model reads.
    case longContext(Int, most: Int)
    /// A line of the verdicts that are kept is no verdict.
    case malformedHistory(path: String, line: Int)
}

extension VerifyingError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .unknownArithmetic: .notForThisDevice
        case .shortText, .longContext: .usage
        case .malformedHistory: .damaged
        }
    }
}
