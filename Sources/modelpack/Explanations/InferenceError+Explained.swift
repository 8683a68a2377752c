import Inference

extension InferenceError: Explained {
    var message: String {
        switch self {
        case .unknownArchitecture(let name, let known):
            "the model's architecture is \(name); this engine knows \(known.joined(separator: ", "))"
        case .badKey(let key): "the model's key \(key) is missing or out of range"
        case .unsupported(let what): "the engine can't compute \(what)"
        case .missingTensor(let name): "the model has no tensor \(name)"
        case .wrongShape(let tensor, let expected, let found):
            "tensor \(tensor) has shape \(found), but the model's keys ask for \(expected)"
        case .notFinite: "a weight, activation or logit is not a finite number: the model is damaged"
        case .tokenOutOfRange(let token, let vocabulary): "token \(token) is outside the vocabulary of \(vocabulary)"
        case .contextFull(let capacity, let needed):
            needed == 0 ? "the prompt is empty" : "\(needed) tokens don't fit in the context of \(capacity)"
        case .noChatTemplate: "the model has no chat template"
        case .otherVocabulary(let count, let reference):
            "the model has a vocabulary of \(count) tokens, its reference one of \(reference)"
        case .noThreads(let threads): "can't start \(threads) threads"
        case .noMemory(let floats): "the system gives no \(readable(floats * 4)) of memory"
        }
    }

    var hint: String? {
        switch self {
        case .noChatTemplate: "use --raw to continue a text without a template"
        case .noThreads: "use fewer --threads"
        case .noMemory: "ask for a shorter context"
        case .contextFull: "shorten the prompt"
        case .otherVocabulary: "compare with the source that the model was made from"
        case .notFinite, .wrongShape, .missingTensor, .badKey: "build or fetch the model again"
        default: nil
        }
    }
}
