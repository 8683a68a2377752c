import Files
import Tensors

/// A byte-level BPE tokenizer (`tokenizer.json`, `tokenizer_config.json`) as GGUF's keys, after llama.cpp's converter.
struct HuggingFaceTokenizer {
    /// GGUF's `tokenizer.ggml.token_type`.
    enum TokenType: Int32 {
        case normal = 1
        case control = 3
        case userDefined = 4
        case unused = 5
    }

    private let tokenizer: SourceDocument
    private let settings: SourceDocument?
    private let config: SourceDocument
    private let template: String?
    private(set) var files: [SourceFile] = []

    init(folder: String, config: SourceDocument) throws {
        self.config = config
        tokenizer = try SourceDocument(folder + "/tokenizer.json")
        files.append(SourceFile(name: "tokenizer.json", path: tokenizer.path))
        let settingsPath = folder + "/tokenizer_config.json"
        if FileSystem.exists(settingsPath) {
            settings = try SourceDocument(settingsPath)
            files.append(SourceFile(name: "tokenizer_config.json", path: settingsPath))
        } else {
            settings = nil
        }
        let templatePath = folder + "/chat_template.jinja"
        if let text = settings?.json["chat_template"]?.string {
            template = text
        } else if FileSystem.exists(templatePath) {
            guard let text = String(validating: try FileSystem.read(templatePath, limit: 1 << 20), as: UTF8.self) else {
                throw CheckpointError.wrongValue(key: "chat_template", expected: "UTF-8", path: templatePath)
            }
            template = text
            files.append(SourceFile(name: "chat_template.jinja", path: templatePath))
        } else {
            template = nil
        }
    }

    func write(to metadata: inout GGUFMetadata, vocabulary: Int) throws(CheckpointError) {
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
        for (kind, key) in [
            ("bos", "bos"), ("eos", "eos"), ("unk", "unknown"), ("sep", "seperator"), ("pad", "padding"),
        ] {
            guard let id = try specialToken(kind, count: vocabulary) else { continue }
            metadata.set("tokenizer.ggml.\(key)_token_id", to: .u32(UInt32(id)))
        }
        for kind in ["bos", "eos"] {
            guard let adds = addsToken(kind) else { continue }
            metadata.set("tokenizer.ggml.add_\(kind)_token", to: .bool(adds))
        }
        if let template { metadata.set("tokenizer.chat_template", to: .string(template)) }
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

    private func unsupported(_ feature: String, _ found: JSON?) -> CheckpointError {
        .unsupported(feature: feature, found: found?.brief ?? "nothing", path: tokenizer.path)
    }

    private var addedTokens: [JSON] { tokenizer.json["added_tokens"]?.array ?? [] }

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
            guard let id = added["id"]?.integer, tokens.indices.contains(id), let content = added["content"]?.string,
                tokens[id] == nil || tokens[id] == content
            else { throw .token(id: added["id"]?.integer ?? -1, path: tokenizer.path) }
            tokens[id] = content
            types[id] = added["special"]?.bool == true || Self.looksSpecial(content) ? .control : .userDefined
        }
        return (tokens.enumerated().map { $1 ?? "[PAD\($0)]" }, types)
    }

    /// Some models forget to mark their control tokens (llama.cpp's does_token_look_special).
    private static func looksSpecial(_ token: String) -> Bool {
        ["<pad>", "<mask>", "<2mass>", "[@BOS@]"].contains(token)
            || (token.hasPrefix("<|") && token.hasSuffix("|>"))
            || (token.hasPrefix("<\u{FF5C}") && token.hasSuffix("\u{FF5C}>"))
            || (token.hasPrefix("<unused") && token.hasSuffix(">"))
    }

    /// Pairs joined by a blank; a blank within a part is written as byte-level BPE spells it.
    private func merges() throws(CheckpointError) -> [String] {
        guard let merges = tokenizer.json["model"]?["merges"]?.array else {
            throw .missing(key: "model.merges", path: tokenizer.path)
        }
        var joined: [String] = []
        joined.reserveCapacity(merges.count)
        for merge in merges {
            if let text = merge.string {
                joined.append(text)
            } else if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                joined.append(Self.spelled(left) + " " + Self.spelled(right))
            } else {
                throw .wrongValue(key: "model.merges", expected: "pairs of tokens", path: tokenizer.path)
            }
        }
        return joined
    }

    private static func spelled(_ part: String) -> String {
        part.utf8.contains(0x20) ? String(part.map { $0 == " " ? "\u{120}" : $0 }) : part
    }

    /// The id of a special token: by its text in `tokenizer_config.json`, else by its number in `config.json`.
    private func specialToken(_ kind: String, count: Int) throws(CheckpointError) -> Int? {
        let entry = settings?.json["\(kind)_token"]
        var id: Int?
        if let content = entry?.string ?? entry?["content"]?.string {
            id = addedTokens.first { $0["content"]?.string == content }?["id"]?.integer
        }
        id = id ?? config.json["\(kind)_token_id"]?.integer
        guard let id else { return nil }
        guard (0..<count).contains(id) else {
            throw .wrongValue(key: "\(kind)_token_id", expected: "a token of the vocabulary", path: config.path)
        }
        return id
    }

    /// Whether the tokenizer puts this token at the text's end; the post-processor's word counts before the settings'.
    private func addsToken(_ kind: String) -> Bool? {
        let post = tokenizer.json["post_processor"]
        let processors = post?["processors"]?.array ?? (post.map { [$0] } ?? [])
        var adds: Bool?
        for processor in processors {
            switch processor["type"]?.string {
            case "TemplateProcessing":
                guard let single = processor["single"]?.array, single.count > 1 else { continue }
                let end = kind == "bos" ? single.first : single.last
                guard let special = end?["SpecialToken"]?["id"]?.string else { continue }
                let entry = settings?.json["\(kind)_token"]
                adds = special == entry?.string ?? entry?["content"]?.string
            case "ByteLevel": adds = adds ?? false
            default: continue
            }
        }
        return adds ?? settings?.json["add_\(kind)_token"]?.bool
    }
}
