import Tensors

/// What only Gemma 3 has in `config.json`; what GGUF's readers take for granted must be so.
struct GemmaConfig {
    /// How many positions the layers with a window see; nil: no layer has one.
    let window: Int?
    /// Soft cap of the logits.
    let logitCap: Double?

    /// - Parameter scaledSize: the number whose root divides the scores, as GGUF's readers find it.
    init(_ document: SourceDocument, layers: Int, scaledSize: Int) throws(CheckpointError) {
        try document.require("attn_logit_softcapping", in: [])
        try document.require("use_bidirectional_attention", in: [.bool(false)])
        let scalar = try document.number("query_pre_attn_scalar", default: 256)
        guard scalar == Double(scaledSize) else {
            throw .unsupported(feature: "query_pre_attn_scalar", found: "\(scalar)", path: document.path)
        }
        let cap = try document.number("final_logit_softcapping", default: 0)
        logitCap = cap > 0 ? cap : nil
        let pattern = try document.count(
            "sliding_window_pattern", default: document.count("_sliding_window_pattern", default: 6))
        window = pattern == 1 ? nil : try document.count("sliding_window")
        let expected = (0..<layers).map { layer in
            pattern > 1 && layer % 6 != 5 ? "sliding_attention" : "full_attention"
        }
        guard pattern == 1 || pattern == 6,
            try document.strings("layer_types").map({ $0 == expected }) ?? true
        else { throw .unsupported(feature: "layer_types", found: "another pattern", path: document.path) }
    }
}

extension SourceDocument {
    fileprivate func strings(_ key: String) throws(CheckpointError) -> [String]? {
        guard let value = json[key], !value.isNull else { return nil }
        guard let strings = value.array?.compactMap(\.string), strings.count == value.array?.count else {
            throw .wrongValue(key: key, expected: "a list of texts", path: path)
        }
        return strings
    }
}
