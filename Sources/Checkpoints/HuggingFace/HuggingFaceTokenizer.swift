import Files
import JSONText
import Tensors

/// A model folder's tokenizer as GGUF's keys, after llama.cpp's converter.
///
/// It is read from `tokenizer.json`, or from SentencePiece's `tokenizer.model` where there is none, and from
/// `tokenizer_config.json`.
struct HuggingFaceTokenizer {
    /// GGUF's `tokenizer.ggml.token_type`.
    enum TokenType: Int32 {
        case normal = 1
        case unknown, control, userDefined, unused, byte
    }

    /// An empty object where only `tokenizer.model` is there.
    let tokenizer: SourceDocument
    let settings: SourceDocument?
    let addedTokens: [AddedToken]
    private let pieces: SentencePieceModel?
    private let config: SourceDocument
    private let template: String?
    private(set) var files: [SourceFile] = []

    init(folder: String, config: SourceDocument) throws {
        self.config = config
        let settingsPath = folder + "/tokenizer_config.json"
        settings = FileSystem.exists(settingsPath) ? try SourceDocument(settingsPath) : nil
        let modelPath = folder + "/tokenizer.model"
        if !FileSystem.exists(folder + "/tokenizer.json"), FileSystem.exists(modelPath) {
            pieces = try SentencePieceModel(modelPath)
            tokenizer = SourceDocument(empty: modelPath)
            files.append(SourceFile(name: "tokenizer.model", path: modelPath))
        } else {
            pieces = nil
            tokenizer = try SourceDocument(folder + "/tokenizer.json")
            files.append(SourceFile(name: "tokenizer.json", path: tokenizer.path))
        }
        if settings != nil { files.append(SourceFile(name: "tokenizer_config.json", path: settingsPath)) }
        addedTokens = try Self.addedTokens(tokenizer, pieces == nil ? nil : settings)
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
        if let pieces {
            try PieceTable(pieces, addedTokens, count: vocabulary).write(to: &metadata)
        } else if tokenizer.json["model"]?["byte_fallback"]?.bool == true {
            try PieceTable(self, count: vocabulary).write(to: &metadata)
        } else {
            try writeBytePairs(to: &metadata, vocabulary: vocabulary)
        }
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

    /// The two parts of each merge, best first.
    func mergePairs() throws(CheckpointError) -> [(String, String)] {
        guard let merges = tokenizer.json["model"]?["merges"]?.array else {
            throw .missing(key: "model.merges", path: tokenizer.path)
        }
        var pairs: [(String, String)] = []
        pairs.reserveCapacity(merges.count)
        for merge in merges {
            if let pair = merge.array, pair.count == 2, let left = pair[0].string, let right = pair[1].string {
                pairs.append((left, right))
            } else if let text = merge.string?.utf8, let blank = text.dropFirst().firstIndex(of: UInt8(ascii: " ")) {
                pairs.append((String(text[..<blank]) ?? "", String(text[text.index(after: blank)...]) ?? ""))
            } else {
                throw .wrongValue(key: "model.merges", expected: "pairs of tokens", path: tokenizer.path)
            }
        }
        return pairs
    }

    func unsupported(_ feature: String, _ found: JSON?) -> CheckpointError {
        .unsupported(feature: feature, found: found?.brief ?? "nothing", path: tokenizer.path)
    }

    private static func addedTokens(
        _ tokenizer: SourceDocument, _ settings: SourceDocument?
    ) throws(CheckpointError) -> [AddedToken] {
        var tokens: [AddedToken] = []
        for json in tokenizer.json["added_tokens"]?.array ?? [] {
            tokens.append(try AddedToken(json, path: tokenizer.path))
        }
        for member in settings?.json["added_tokens_decoder"]?.object?.members ?? [] {
            tokens.append(try AddedToken(member.value, id: Int(member.name) ?? -1, path: settings?.path ?? ""))
        }
        return tokens
    }

    /// The id of a special token: by its text in `tokenizer_config.json`, by its number in `config.json`, or as
    /// `tokenizer.model` has it.
    private func specialToken(_ kind: String, count: Int) throws(CheckpointError) -> Int? {
        let entry = settings?.json["\(kind)_token"]
        var id: Int?
        if let content = entry?.string ?? entry?["content"]?.string {
            id = addedTokens.first { $0.text == content }?.id
        }
        id = id ?? config.json["\(kind)_token_id"]?.integer ?? pieces?.ids[kind]
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
