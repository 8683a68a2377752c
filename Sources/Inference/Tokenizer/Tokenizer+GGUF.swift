package import Tensors

extension Tokenizer {
    /// Reads a model's tokenizer from its GGUF keys.
    ///
    /// Throws `TensorError` for keys that are missing or of the wrong type, `TokenizerError` for what they say.
    package init(gguf: some GGUFKeyed) throws {
        let key = "tokenizer.ggml."
        let model = try gguf.string(key + "model")
        let tokens = try gguf.packedStrings(key + "tokens")
        let types = gguf.contains(key + "token_type") ? try gguf.integers(key + "token_type") : []
        let kind: Kind
        var ids: SpecialTokenIDs
        switch model {
        case "gpt2":
            let pre = try gguf.string(ifPresent: key + "pre") ?? "default"
            kind = .bytePairs(merges: try gguf.packedStrings(key + "merges"), pre: pre)
            ids = Self.defaults(bos: 11, eos: 11, count: tokens.count)
            if ["chatglm-bpe", "glm4", "glm5"].contains(pre) { ids.bos = nil }
        case "llama":
            kind = .sentencePieces(
                scores: gguf.contains(key + "scores")
                    ? try gguf.floats(key + "scores") : [Float](repeating: 0, count: tokens.count),
                addsSpace: try gguf.bool(ifPresent: key + "add_space_prefix") ?? true)
            ids = Self.defaults(bos: 1, eos: 2, unknown: 0, count: tokens.count)
        default: throw TokenizerError.unknownModel(model, known: ["gpt2", "llama"])
        }
        for (name, path) in SpecialTokenIDs.keys {
            if let id = try gguf.id(key + name + "_token_id") { ids[keyPath: path] = id }
        }
        let name = try gguf.string(ifPresent: "general.name")?.lowercased() ?? ""
        try self.init(
            tokens: tokens, types: types.map { TokenType(rawValue: Int32(truncatingIfNeeded: $0)) ?? .unused },
            kind: kind, ids: ids, addsBOS: try gguf.bool(ifPresent: key + "add_bos_token"),
            addsEOS: try gguf.bool(ifPresent: key + "add_eos_token") ?? false,
            strips: name.contains("phi-3") || name.contains("phi3"))
    }

    /// What llama.cpp takes for granted where a file doesn't say.
    private static func defaults(bos: Int32, eos: Int32, unknown: Int32? = nil, count: Int) -> SpecialTokenIDs {
        var ids = SpecialTokenIDs(bos: Int(bos) < count ? bos : nil, eos: Int(eos) < count ? eos : nil)
        ids.unknown = unknown.flatMap { Int($0) < count ? $0 : nil }
        return ids
    }
}

extension GGUFKeyed {
    fileprivate func id(_ key: String) throws(TensorError) -> Int32? {
        guard let id = try unsigned(ifPresent: key) else { return nil }
        guard id <= Int(Int32.max) else { throw .wrongType(key: key, expected: "a token", found: "\(id)") }
        return Int32(id)
    }

    fileprivate func packedStrings(_ key: String) throws(TensorError) -> ByteStrings {
        var strings = ByteStrings()
        try eachString(key) { unsafe strings.append($0.bytes) }  // Bytes have no padding.
        return strings
    }
}
