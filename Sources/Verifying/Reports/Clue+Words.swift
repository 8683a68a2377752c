extension Clue {
    /// The difference as one sentence.
    package var words: String {
        let whose = "the \(other.rawValue)'s"
        switch difference {
        case .key(let key, let found, nil): return "\(key) is \(quoted(found ?? "")), \(other.rawValue) has none"
        case .key(let key, nil, _): return "\(key) is missing, the \(other.rawValue) has it"
        case .key(let key, let found, let expected): return "\(key) is \(found ?? ""), \(whose) \(expected ?? "")"
        case .element(let key, let index, let found, let expected):
            return "\(key) differs first at index \(index): \(found.map(quoted) ?? "nothing") for \(whose) "
                + (expected.map(quoted) ?? "nothing")
        case .chatTemplate: return "the chat template is not \(whose)"
        case .promptTokens(let id, let index):
            return "\(id): the prompt becomes other tokens than \(whose), first at \(index)"
        case .missingTensor(let name): return "tensor \(name) is missing, the \(other.rawValue) has it"
        case .shape(let tensor, let found, let expected):
            return "tensor \(tensor) has shape \(found), \(whose) \(expected)"
        case .swapped(let tensor, let twin): return "tensor \(tensor) holds \(whose) \(twin)"
        case .blocks(let tensor, let count, let first):
            return "tensor \(tensor) has \(count == 1 ? "one block" : "\(count) blocks") other than \(whose), "
                + (count == 1 ? "number \(first)" : "from number \(first) on")
        case .far(let tensor, let error):
            return "tensor \(tensor) is no rounding of \(whose): the error is \(percent(error)) of the values"
        case .coarse(let tensor, let error, let plain, let bias, let outward):
            var side = outward < -0.4 ? ", and rounds towards zero" : ""
            if abs(bias) >= 0.4 { side = bias < 0 ? ", and rounds down" : ", and rounds up" }
            return "tensor \(tensor) is not rounded to the nearest of \(whose): the error is \(percent(error)), "
                + "rounding makes \(percent(plain))\(side)"
        }
    }

    /// The difference's kind, for machines.
    package var kind: String {
        switch difference {
        case .key, .element: "key"
        case .chatTemplate: "chat_template"
        case .promptTokens: "prompt_tokens"
        case .missingTensor: "missing_tensor"
        case .shape: "shape"
        case .swapped: "swapped"
        case .blocks: "blocks"
        case .far: "far"
        case .coarse: "coarse"
        }
    }
}
