import Inference

extension TokenizerError: Explained {
    var message: String {
        switch self {
        case .unknownModel(let name, let known):
            "the model's tokenizer is of kind \"\(name)\"; built in: \(known.joined(separator: ", "))"
        case .unknownPreTokenizer(let name, let known):
            "the model's pre-tokenizer is \"\(name)\"; built in: \(known.joined(separator: ", "))"
        case .tooMany(let what, let limit, let found): "the vocabulary has \(found) \(what), more than \(limit)"
        case .typeCount(let tokens, let types): "the vocabulary has \(tokens) tokens, but types for \(types)"
        case .scoreCount(let tokens, let scores):
            "the vocabulary has \(tokens) tokens, but scores for \(scores)"
        case .notANumber(let token): "the score of token \(token) is not a number"
        case .malformedMerge(let index): "merge \(index) of the vocabulary is not two parts with a space between"
        case .mergeOfUnknown(let index, let text):
            "merge \(index) of the vocabulary, \"\(text)\", names or makes what is no token"
        case .idOutOfRange(let key, let id, let tokens):
            "tokenizer.ggml.\(key) is \(id), but there are only \(tokens) tokens"
        }
    }

    var hint: String? {
        switch self {
        case .unknownModel, .unknownPreTokenizer: "this version of modelpack can't run the model"
        default: "convert the model again from its source"
        }
    }
}
