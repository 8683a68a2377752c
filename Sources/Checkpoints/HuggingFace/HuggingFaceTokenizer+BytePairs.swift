import JSONText
import Tensors

/// Byte-level BPE.
extension HuggingFaceTokenizer {
    func writeBytePairs(to metadata: inout GGUFMetadata, vocabulary: Int) throws(CheckpointError) {
        let pre = try preTokenizer()
        if let addsSpace = settings?.json["add_prefix_space"]?.bool {
            metadata.set("tokenizer.ggml.add_space_prefix", to: .bool(addsSpace))
        }
        metadata.set("tokenizer.ggml.model", to: .string("gpt2"))
        metadata.set("tokenizer.ggml.pre", to: .string(pre))
        let (tokens, types) = try tokens(count: vocabulary)
        metadata.set("tokenizer.ggml.tokens", to: .strings(tokens))
        metadata.set("tokenizer.ggml.token_type", to: .i32s(types.map(\.rawValue)))
        metadata.set("tokenizer.ggml.merges", to: .strings(try merges()))
    }

    /// llama.cpp's name for how text is cut before merging; an arrangement that we don't know is an error.
    private func preTokenizer() throws(CheckpointError) -> String {
        let model = tokenizer.json["model"]
        guard model?["type"]?.string == "BPE", model?["byte_fallback"]?.bool != true,
            case let ignoresMerges = model?["ignore_merges"]?.bool == true
        else { throw unsupported("model", model) }
        if let name = splitName, ignoresMerges == (name == "llama-bpe") { return name }
        guard !ignoresMerges else { throw unsupported("model", model) }
        if let normalizer = tokenizer.json["normalizer"], !normalizer.isNull {
            throw unsupported("normalizer", normalizer)
        }
        guard let pre = tokenizer.json["pre_tokenizer"] else {
            throw .missing(key: "pre_tokenizer", path: tokenizer.path)
        }
        if isPlainByteLevel(pre) { return "gpt-2" }
        if pre["type"]?.string == "Sequence", let parts = pre["pretokenizers"]?.array, parts.count == 2,
            parts[0]["type"]?.string == "Digits", parts[0]["individual_digits"]?.bool == true,
            isPlainByteLevel(parts[1])
        {
            return "smollm"
        }
        let parts = pre["pretokenizers"]?.array.map { $0.map(\.brief).joined(separator: ", ") }
        throw .unsupported(
            feature: "pre_tokenizer", found: pre.brief + (parts.map { " of " + $0 } ?? ""), path: tokenizer.path)
    }

    /// The name for one regular expression that splits before the byte level, if we know it.
    ///
    /// What its normalizer does to characters is left undone, as llama.cpp leaves it.
    private var splitName: String? {
        let pre = tokenizer.json["pre_tokenizer"]
        guard let parts = pre?["pretokenizers"]?.array, parts.count == 2, parts[0]["type"]?.string == "Split",
            parts[0]["behavior"]?.string == "Isolated", parts[0]["invert"]?.bool != true,
            parts[1]["type"]?.string == "ByteLevel", parts[1]["use_regex"]?.bool == false,
            parts[1]["add_prefix_space"]?.bool != true, let regex = parts[0]["pattern"]?["Regex"]?.string
        else { return nil }
        let normalizer = tokenizer.json["normalizer"]
        guard normalizer == nil || normalizer?.isNull == true || normalizer?["type"]?.string == "NFC" else {
            return nil
        }
        let start = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?"#
        let end = #"+[\r\n]*|\s*[\r\n]+|\s+(?!\S)|\s+"#
        return [
            start + #"\p{L}+|\p{N}| ?[^\s\p{L}\p{N}]"# + end: "qwen2",
            start + #"\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]"# + end: "llama-bpe",
            start + #"[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]"# + end: "qwen35",
        ][regex]
    }

    private func isPlainByteLevel(_ pre: JSON) -> Bool {
        pre["type"]?.string == "ByteLevel" && pre["add_prefix_space"]?.bool != true && pre["use_regex"]?.bool != false
    }

    private func tokens(count: Int) throws(CheckpointError) -> ([String], [TokenType]) {
        guard let vocabulary = tokenizer.json["model"]?["vocab"]?.object else {
            throw .missing(key: "model.vocab", path: tokenizer.path)
        }
        var tokens = [String?](repeating: nil, count: count)
        var types = [TokenType](repeating: .unused, count: count)
        for member in vocabulary.members {
            guard let id = member.value.integer, tokens.indices.contains(id), tokens[id] == nil else {
                throw .token(id: member.value.integer ?? -1, path: tokenizer.path)
            }
            tokens[id] = member.name
            types[id] = .normal
        }
        for added in addedTokens {
            guard tokens.indices.contains(added.id), tokens[added.id] == nil || tokens[added.id] == added.text else {
                throw .token(id: added.id, path: tokenizer.path)
            }
            tokens[added.id] = added.text
            types[added.id] = added.type
        }
        return (tokens.enumerated().map { $1 ?? "[PAD\($0)]" }, types)
    }

    /// Pairs joined by a blank; a blank within a part is written as byte-level BPE spells it.
    private func merges() throws(CheckpointError) -> [String] {
        try mergePairs().map { Self.spelled($0) + " " + Self.spelled($1) }
    }

    private static func spelled(_ part: String) -> String {
        part.utf8.contains(0x20) ? String(part.map { $0 == " " ? "\u{120}" : $0 }) : part
    }
}
