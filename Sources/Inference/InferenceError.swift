import Failures

/// Why a model can't be run, or its run can't go on.
package enum InferenceError: Error, Equatable {
    /// An architecture that this engine does not know.
    case unknownArchitecture(String, known: [String])
    /// A key that the architecture needs is missing, or out of range.
    case badKey(String)
    /// A feature that this engine lacks, by the key or tensor that asks for it.
    case unsupported(String)
    case missingTensor(String)
    /// A tensor's shape, innermost dimension first, is not the one that the keys ask for.
    case wrongShape(tensor: String, expected: [Int], found: [Int])
    /// A weight, activation or logit is not a finite number: damage.
    case notFinite
    /// A caller's token: those of the model's own vocabulary have a row each.
    case tokenOutOfRange(Int32, vocabulary: Int)
    /// More tokens than the context holds.
    case contextFull(capacity: Int, needed: Int)
    /// The model carries no chat template.
    case noChatTemplate
    /// A model and its reference have vocabularies of different sizes.
    case otherVocabulary(Int, reference: Int)
    /// More or fewer threads than can be, or than the system starts.
    case noThreads(Int)
    /// The system gives no memory for that many floats.
    case noMemory(floats: Int)
}

extension InferenceError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .tokenOutOfRange, .contextFull, .noChatTemplate, .otherVocabulary: .usage
        case .noThreads(let threads): KernelPool.threadCounts.contains(threads) ? .localFile : .usage
        case .noMemory: .localFile
        case .unknownArchitecture, .unsupported: .notForThisDevice
        case .badKey, .missingTensor, .wrongShape, .notFinite: .damaged
        }
    }
}
