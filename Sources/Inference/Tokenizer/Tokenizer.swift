/// Text to token ids and back; the ids are those of llama.cpp and of the model's own tokenizer.
///
/// Text is bytes, which need not be UTF-8: each kind of tokenizer treats what isn't as llama.cpp does.
public struct Tokenizer: Sendable {
    /// How text becomes tokens.
    package enum Kind: Sendable {
        /// Byte-level BPE: merges, best first, and the pre-tokenizer's name.
        case bytePairs(merges: ByteStrings, pre: String)
        /// SentencePiece's: a score for each token, and whether a space goes in front of the text.
        case sentencePieces(scores: [Float], addsSpace: Bool)
    }

    private enum Model: Sendable {
        case bytePairs(BytePairs)
        case sentencePieces(SentencePieces)
    }

    /// The token that begins a text, where the model has one.
    public let bos: Int32?
    /// The token that ends a text, where the model has one.
    public let eos: Int32?
    /// Whether the model wants `bos` before every text, and `eos` after it. `encode` doesn't put them there.
    package let addsBOS: Bool
    package let addsEOS: Bool

    private let vocabulary: Vocabulary
    private let model: Model
    private let ending: EndOfGeneration
    /// Texts that are always one token, and those that are so only if asked for.
    private var always = SpecialTokens()
    private var onRequest = SpecialTokens()

    /// Builds a tokenizer from what a GGUF file states under `tokenizer.ggml`.
    ///
    /// - Parameters:
    ///   - types: one for each token; empty if all are normal.
    ///   - addsBOS: whether `bos` goes before every text; what the kind of tokenizer is used to if nil.
    ///   - strips: whether special tokens take the white space after them along, as Phi-3's do.
    package init(
        tokens: ByteStrings, types: [TokenType], kind: Kind, ids: SpecialTokenIDs = SpecialTokenIDs(),
        addsBOS: Bool? = nil, addsEOS: Bool = false, strips: Bool = false
    ) throws(TokenizerError) {
        var vocabulary = try Vocabulary(tokens, types: types)
        for (name, path) in SpecialTokenIDs.keys {
            guard let id = ids[keyPath: path], !(0..<tokens.count).contains(Int(id)) else { continue }
            throw .idOutOfRange(key: name + "_token_id", id: Int(id), tokens: tokens.count)
        }
        var stripsLeft: String?
        var wantsBOS = true
        switch kind {
        case .bytePairs(let merges, let name):
            guard merges.count <= Vocabulary.limit else {
                throw .tooMany("merges", limit: Vocabulary.limit, found: merges.count)
            }
            let pre = try PreTokenizer(named: name)
            (stripsLeft, wantsBOS) = (pre.stripsLeft, pre.addsBOS)
            model = .bytePairs(try BytePairs(vocabulary, merges: merges, pre: pre))
        case .sentencePieces(let scores, let addsSpace):
            model = .sentencePieces(
                try SentencePieces(vocabulary, scores: scores, addsSpace: addsSpace, unknown: ids.unknown))
        }
        bos = ids.bos
        eos = ids.eos
        self.addsBOS = (addsBOS ?? wantsBOS) && bos != nil
        self.addsEOS = addsEOS && eos != nil
        ending = EndOfGeneration(&vocabulary, ids)
        self.vocabulary = vocabulary
        collectSpecialTokens(strips: strips, stripsLeft: stripsLeft)
    }

    /// How many tokens there are.
    public var count: Int { vocabulary.count }

    /// Whether an answer ends with this token.
    public func isEndOfGeneration(_ token: Int32) -> Bool { ending.tokens.contains(token) }

    /// The text of a token as the vocabulary writes it; empty outside the vocabulary.
    public func text(_ token: Int32) -> String {
        0 <= token && token < count ? vocabulary.tokens.text(Int(token)) : ""
    }

    /// The ids of `text`. With `parseSpecial` the texts of control tokens become those tokens; without, they are text
    /// like any other, so that what users write can't forge a turn.
    public func encode(_ text: String, parseSpecial: Bool = false) -> [Int32] {
        encode(Array(text.utf8), parseSpecial: parseSpecial)
    }

    /// The ids of `text`, which need not be UTF-8.
    public func encode(_ text: [UInt8], parseSpecial: Bool = false) -> [Int32] {
        var state = EncodingState()
        var end = 0
        for match in (parseSpecial ? onRequest : always).matches(text) {
            encode(text, end..<match.range.lowerBound, &state)
            state.output.append(match.token)
            state.followsSpecial = true
            end = match.range.upperBound
        }
        encode(text, end..<text.count, &state)
        return state.output
    }

    /// A text's ids with the tokens that the model wants before and after them.
    public func delimited(_ ids: [Int32]) -> [Int32] {
        (addsBOS ? [bos] : []).compactMap { $0 } + ids + (addsEOS ? [eos] : []).compactMap { $0 }
    }

    private func encode(_ text: [UInt8], _ range: Range<Int>, _ state: inout EncodingState) {
        guard !range.isEmpty else { return }
        switch model {
        case .bytePairs(let pairs): pairs.encode(text, range, vocabulary, &state)
        case .sentencePieces(let pieces): pieces.encode(text, range, vocabulary, &state)
        }
        state.followsSpecial = false
    }

    /// The bytes that `ids` stand for. Control tokens are left out unless `special`; so are ids outside the vocabulary.
    ///
    /// `isWhole` says that these are all the tokens of a text: then the space that was put in front of it goes.
    public func decode(_ ids: some Sequence<Int32>, special: Bool = false, isWhole: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        var first = isWhole
        for id in ids where 0 <= id && id < count {
            let start = output.count
            append(id, special: special, to: &output)
            if first, case .sentencePieces(let pieces) = model, pieces.addsSpace, output.count > start,
                output[start] == UInt8(ascii: " ")
            {
                output.remove(at: start)
            }
            first = first && id == bos
        }
        return output
    }

    private func append(_ id: Int32, special: Bool, to output: inout [UInt8]) {
        let text = vocabulary.tokens[Int(id)]
        switch (vocabulary.type(id), model) {
        case (.normal, .bytePairs): ByteAlphabet.decode(text, into: &output)
        case (.normal, .sentencePieces): SentencePieces.decode(text, into: &output)
        case (.byte, _):
            if let byte = SentencePieces.byte(named: text) { output.append(byte) }
        case (.userDefined, _): output.append(contentsOf: text)
        case (.control, _), (.unknown, _): if special { output.append(contentsOf: text) }
        case (.unused, _): break
        }
    }

    private mutating func collectSpecialTokens(strips: Bool, stripsLeft: String?) {
        // Phi-3's own tokenizer leaves these three alone.
        let keeping = strips ? ["<unk>", "<s>", "<|endoftext|>"].compactMap { vocabulary.find($0) } : []
        for token in 0..<Int32(count) {
            let type = vocabulary.type(token)
            guard type == .userDefined || type == .control || type == .unknown else { continue }
            let text = vocabulary.tokens[Int(token)]
            onRequest.add(text, token: token)
            if type == .userDefined { always.add(text, token: token) }
            if strips, !keeping.contains(token) { onRequest.strippingRight.insert(token) }
        }
        if let stripsLeft, let token = vocabulary.find(stripsLeft) { onRequest.strippingLeft = [token] }
        always.strippingLeft = onRequest.strippingLeft
        always.strippingRight = onRequest.strippingRight
    }
}
