import Tensors

/// A SentencePiece vocabulary as GGUF states it: texts, types and scores by id.
struct PieceTable {
    private var texts: [String?]
    private var types: [HuggingFaceTokenizer.TokenType]
    private var scores: [Float]
    /// Whether a space goes in front of every text.
    private let addsSpace: Bool

    /// What llama.cpp's converter gives to ids without a token, and to added tokens.
    private static let unusedScore: Float = -10_000, addedScore: Float = -1000
    static let space = "\u{2581}"

    private init(count: Int, addsSpace: Bool) {
        texts = [String?](repeating: nil, count: count)
        types = [HuggingFaceTokenizer.TokenType](repeating: .unused, count: count)
        scores = [Float](repeating: Self.unusedScore, count: count)
        self.addsSpace = addsSpace
    }

    /// From `tokenizer.json`, whose merges become scores.
    init(_ source: HuggingFaceTokenizer, count: Int) throws(CheckpointError) {
        let form = try PieceForm(source)
        let path = source.tokenizer.path
        guard let vocabulary = source.tokenizer.json["model"]?["vocab"]?.object else {
            throw .missing(key: "model.vocab", path: path)
        }
        self.init(count: count, addsSpace: form.addsSpace)
        // Gemma has added tokens that its embeddings don't reach; they are left out, as by llama.cpp's converter.
        let beyond = Set(source.addedTokens.map(\.id).filter { $0 >= count })
        for member in vocabulary.members {
            guard let id = member.value.integer, !beyond.contains(id) else { continue }
            guard texts.indices.contains(id), texts[id] == nil else { throw .token(id: id, path: path) }
            texts[id] = member.name
            types[id] = .normal
            if member.name == source.tokenizer.json["model"]?["unk_token"]?.string { types[id] = .unknown }
        }
        var bytes = 0
        for id in texts.indices {
            guard let text = texts[id], Self.isByte(text) else { continue }
            types[id] = .byte
            bytes += 1
        }
        guard bytes == 256 else {
            throw .unsupported(feature: "byte_fallback", found: "without \(256 - bytes) of the bytes", path: path)
        }
        // Merges know added tokens by the texts that they have there.
        var pieces = MergeScores.Pieces(texts: texts, isMerged: types.map { $0 == .normal })
        for added in source.addedTokens where texts.indices.contains(added.id) {
            pieces.texts[added.id] = added.text
            pieces.isMerged[added.id] = false
        }
        scores = try MergeScores(pieces, try source.mergePairs(), splitsAtSpaces: form.splitsAtSpaces, path: path)
            .scores
        for id in types.indices where types[id] != .normal { scores[id] = types[id] == .unused ? Self.unusedScore : 0 }
        try set(source.addedTokens, path: path)
    }

    /// From `tokenizer.model`, which has scores of its own.
    init(_ model: SentencePieceModel, _ added: [AddedToken], count: Int) throws(CheckpointError) {
        self.init(count: count, addsSpace: model.addsSpace)
        guard model.pieces.count <= count else { throw .token(id: model.pieces.count - 1, path: model.path) }
        for (id, piece) in model.pieces.enumerated() {
            texts[id] = piece.type == .userDefined ? piece.text.replacing(Self.space, with: " ") : piece.text
            (types[id], scores[id]) = (piece.type, piece.score)
        }
        try set(added, path: model.path)
    }

    /// Texts of added tokens are looked for before spaces become ▁.
    private mutating func set(_ added: [AddedToken], path: String) throws(CheckpointError) {
        for token in added where token.id < texts.count {
            guard token.id >= 0 else { throw .token(id: token.id, path: path) }
            texts[token.id] =
                token.type == .userDefined ? token.text.replacing(Self.space, with: " ") : token.text
            types[token.id] = token.type
            scores[token.id] = Self.addedScore
        }
    }

    func write(to metadata: inout GGUFMetadata) {
        metadata.set("tokenizer.ggml.model", to: .string("llama"))
        metadata.set("tokenizer.ggml.pre", to: .string("default"))
        metadata.set("tokenizer.ggml.tokens", to: .strings(texts.enumerated().map { $1 ?? "[PAD\($0)]" }))
        metadata.set("tokenizer.ggml.scores", to: .f32s(scores))
        metadata.set("tokenizer.ggml.token_type", to: .i32s(types.map(\.rawValue)))
        metadata.set("tokenizer.ggml.add_space_prefix", to: .bool(addsSpace))
    }

    /// `<0x00>` to `<0xFF>`, in capitals as SentencePiece spells them.
    private static func isByte(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        return bytes.count == 6 && text.hasPrefix("<0x") && bytes[5] == UInt8(ascii: ">")
            && bytes[3..<5].allSatisfy { 0x30...0x39 ~= $0 || 0x41...0x46 ~= $0 }
    }
}
