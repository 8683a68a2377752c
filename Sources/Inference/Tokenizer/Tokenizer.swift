/// Byte-level BPE: text to token ids and back.
///
/// The ids are those of llama.cpp and of the model's own tokenizer. Text is bytes: what is not UTF-8 comes back as it
/// was, as far as the vocabulary has a token for each byte; a byte without one is dropped, as both of them do.
package struct Tokenizer: Sendable {
    package let bos: Int32?
    package let eos: Int32?
    /// Whether the model wants `bos` before every text. `encode` doesn't put it there.
    package let addsBOS: Bool

    private let tokens: ByteStrings
    private var types: [TokenType]
    private let preTokenizer: PreTokenizer
    private var merges: MergeTable
    /// The token of each byte; `Merging.missing` where the vocabulary has none.
    private var byteTokens: [Int32]
    private var ending: Set<Int32> = []
    /// Texts that are always one token, and those that are so only if asked for.
    private var always = SpecialTokens()
    private var onRequest = SpecialTokens()

    /// The most tokens, and the most merges, that are accepted.
    package static let limit = 1 << 22

    /// Builds a tokenizer from what a GGUF file states under `tokenizer.ggml`.
    ///
    /// - Parameters:
    ///   - types: one for each token; empty if all are normal.
    ///   - merges: `left right` in the byte alphabet, best first.
    ///   - pre: the pre-tokenizer's name.
    ///   - ends: ids that end an answer, beside `eos` and the well-known texts.
    package init(
        tokens: ByteStrings, types: [TokenType], merges: ByteStrings, pre: String, bos: Int32? = nil,
        eos: Int32? = nil, ends: [Int32] = [], addsBOS: Bool = false
    ) throws(TokenizerError) {
        guard let preTokenizer = PreTokenizer(rawValue: pre) else {
            throw .unknownPreTokenizer(pre, known: PreTokenizer.allCases.map(\.rawValue))
        }
        for (what, count) in [("tokens", tokens.count), ("merges", merges.count)] where count > Self.limit {
            throw .tooMany(what, limit: Self.limit, found: count)
        }
        guard types.isEmpty || types.count == tokens.count else {
            throw .typeCount(tokens: tokens.count, types: types.count)
        }
        for (key, id) in [("bos_token_id", bos), ("eos_token_id", eos)] + ends.map({ ("eot_token_id", $0) }) {
            guard let id, !(0..<tokens.count).contains(Int(id)) else { continue }
            throw .idOutOfRange(key: key, id: Int(id), tokens: tokens.count)
        }
        self.tokens = tokens
        self.types = types.isEmpty ? [TokenType](repeating: .normal, count: tokens.count) : types
        self.preTokenizer = preTokenizer
        self.bos = bos
        self.eos = eos
        self.addsBOS = addsBOS && bos != nil
        let index = ByteStringIndex(tokens)
        self.merges = try Self.table(merges, tokens, index)
        byteTokens = (0..<256).map { byte in
            let text = ByteAlphabet.encoded(UInt8(byte))
            return index.find(text, 0..<text.count, among: tokens) ?? Merging.missing
        }
        ending = Set(ends + [eos].compactMap { $0 })
        markEnds(index)
        collectSpecialTokens()
    }

    /// How many tokens there are.
    package var count: Int { tokens.count }

    /// Whether an answer ends with this token.
    package func isEndOfGeneration(_ token: Int32) -> Bool { ending.contains(token) }

    /// The text of a token as the vocabulary writes it; empty outside the vocabulary.
    package func text(_ token: Int32) -> String {
        0 <= token && token < tokens.count ? tokens.text(Int(token)) : ""
    }

    /// The ids of `text`. With `parseSpecial` the texts of control tokens become those tokens; without, they are text
    /// like any other, so that what users write can't forge a turn.
    package func encode(_ text: String, parseSpecial: Bool) -> [Int32] {
        encode(Array(text.utf8), parseSpecial: parseSpecial)
    }

    /// The ids of `text`, which need not be UTF-8.
    package func encode(_ text: [UInt8], parseSpecial: Bool) -> [Int32] {
        var output: [Int32] = []
        var merging = Merging()
        var end = 0
        for match in (parseSpecial ? onRequest : always).matches(text) {
            encode(text, end..<match.range.lowerBound, &merging, &output)
            output.append(match.token)
            end = match.range.upperBound
        }
        encode(text, end..<text.count, &merging, &output)
        return output
    }

    /// The bytes that `ids` stand for. Control tokens are left out unless `special`; so are ids outside the vocabulary.
    package func decode(_ ids: some Sequence<Int32>, special: Bool = false) -> [UInt8] {
        var output: [UInt8] = []
        for id in ids where 0 <= id && id < tokens.count {
            switch types[Int(id)] {
            case .normal, .byte: ByteAlphabet.decode(tokens[Int(id)], into: &output)
            case .userDefined: output.append(contentsOf: tokens[Int(id)])
            case .control, .unknown: if special { output.append(contentsOf: tokens[Int(id)]) }
            case .unused: break
            }
        }
        return output
    }

    private func encode(_ text: [UInt8], _ range: Range<Int>, _ merging: inout Merging, _ output: inout [Int32]) {
        var word: [Int32] = []
        for bytes in preTokenizer.words(text, range) {
            word.removeAll(keepingCapacity: true)
            for index in bytes { word.append(byteTokens[Int(text[index])]) }
            merging.merge(word, with: merges, into: &output)
        }
    }

    private static func table(
        _ merges: ByteStrings, _ tokens: ByteStrings, _ index: ByteStringIndex
    ) throws(TokenizerError) -> MergeTable {
        var table = MergeTable(capacity: merges.count)
        let bytes = merges.bytes
        var joined: [UInt8] = []
        for rank in 0..<merges.count {
            let range = merges.range(rank)
            // The first byte may be a space itself.
            guard let space = bytes[range].dropFirst().firstIndex(of: UInt8(ascii: " ")), space + 1 < range.upperBound
            else { throw .malformedMerge(index: rank) }
            joined.removeAll(keepingCapacity: true)
            joined.append(contentsOf: bytes[range.lowerBound..<space])
            joined.append(contentsOf: bytes[space + 1..<range.upperBound])
            guard let left = index.find(bytes, range.lowerBound..<space, among: tokens),
                let right = index.find(bytes, space + 1..<range.upperBound, among: tokens),
                let token = index.find(joined, 0..<joined.count, among: tokens)
            else { throw .mergeOfUnknown(index: rank, text: merges.text(rank)) }
            table.add(left: left, right: right, rank: rank, token: token)
        }
        return table
    }

    /// The well-known texts end an answer, and are control tokens whatever the file says; llama.cpp does the same.
    private mutating func markEnds(_ index: ByteStringIndex) {
        for text in endOfGenerationTexts {
            let bytes = Array(text.utf8)
            guard let token = index.find(bytes, 0..<bytes.count, among: tokens) else { continue }
            if text == "</s>", types[Int(token)] == .normal { continue }
            ending.insert(token)
            types[Int(token)] = .control
        }
    }

    private mutating func collectSpecialTokens() {
        for (token, type) in types.enumerated() {
            switch type {
            case .userDefined:
                always.add(tokens[token], token: Int32(token))
                onRequest.add(tokens[token], token: Int32(token))
            case .control, .unknown: onRequest.add(tokens[token], token: Int32(token))
            case .normal, .unused, .byte: break
            }
        }
    }
}
