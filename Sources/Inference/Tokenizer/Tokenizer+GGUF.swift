package import Tensors

extension Tokenizer {
    /// Reads a model's tokenizer from its GGUF keys.
    ///
    /// Throws `TensorError` for keys that are missing or of the wrong type, `TokenizerError` for what they say.
    package init(gguf: some GGUFKeyed) throws {
        let key = "tokenizer.ggml."
        let model = try gguf.string(key + "model")
        guard model == "gpt2" else { throw TokenizerError.unknownModel(model, known: ["gpt2"]) }
        let types = gguf.contains(key + "token_type") ? try gguf.integers(key + "token_type") : []
        let end = try gguf.id(key + "eot_token_id")
        try self.init(
            tokens: gguf.packedStrings(key + "tokens"),
            types: types.map { TokenType(rawValue: Int32(truncatingIfNeeded: $0)) ?? .unused },
            merges: gguf.packedStrings(key + "merges"),
            pre: try gguf.string(key + "pre"),
            bos: try gguf.id(key + "bos_token_id"),
            eos: try gguf.id(key + "eos_token_id"),
            ends: end.map { [$0] } ?? [],
            addsBOS: try gguf.bool(ifPresent: key + "add_bos_token") ?? false)
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
        for string in try byteStrings(key) { strings.append(string) }
        return strings
    }
}
