/// SentencePiece's BPE as llama.cpp has it: spaces become ▁, and neighbours merge into the token with the best score.
struct SentencePieces: Sendable {
    /// Whether a space goes in front of the text, and of what follows a special token.
    let addsSpace: Bool
    /// For each token, how early it may come about: the best score is 0 or near it.
    private let ranks: [UInt32]
    /// The token of each byte that no token covers.
    private let byteTokens: [Int32?]
    /// The bytes after which some token has a ▁: only after others does a word begin for sure.
    private var glued = [Bool](repeating: false, count: 256)

    static let space: [UInt8] = [0xe2, 0x96, 0x81]

    init(
        _ vocabulary: Vocabulary, scores: [Float], addsSpace: Bool, unknown: Int32?
    ) throws(TokenizerError) {
        self.addsSpace = addsSpace
        guard scores.count == vocabulary.count else {
            throw .scoreCount(tokens: vocabulary.count, scores: scores.count)
        }
        if let index = scores.firstIndex(where: \.isNaN) { throw .notANumber(token: index) }
        ranks = scores.map(Self.rank)
        byteTokens = (0..<256).map { byte in
            let byte = UInt8(byte)
            return vocabulary.find(Array(Self.name(of: byte).utf8)) ?? vocabulary.find([byte]) ?? unknown
        }
        let bytes = vocabulary.tokens.bytes
        for token in 0..<vocabulary.count {
            let range = vocabulary.tokens.range(token)
            for index in range.dropFirst() where bytes[index] == Self.space[0] {
                if Self.startsWithSpace(bytes, index, range.upperBound) { glued[Int(bytes[index - 1])] = true }
            }
        }
    }

    /// The token text that stands for a byte.
    static func name(of byte: UInt8) -> String {
        "<0x" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true) + ">"
    }

    /// The byte that a token of this text stands for.
    static func byte(named text: ArraySlice<UInt8>) -> UInt8? {
        guard text.count == 6 else { return nil }
        return UInt8(String(decoding: text.dropFirst(3).prefix(2), as: UTF8.self), radix: 16)
    }

    /// Appends a token's text with spaces for ▁.
    static func decode(_ text: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var index = text.startIndex
        while index < text.endIndex {
            if text[index...].starts(with: space) {
                output.append(UInt8(ascii: " "))
                index += space.count
            } else {
                output.append(text[index])
                index += 1
            }
        }
    }

    /// Appends the tokens of `text[range]`. Text is bytes: those of no token become tokens of bytes.
    func encode(
        _ text: [UInt8], _ range: Range<Int>, _ vocabulary: Vocabulary, _ state: inout EncodingState
    ) {
        var bytes = addsSpace && state.followsSpecial ? Self.space : []
        bytes.reserveCapacity(range.count + range.count / 2)
        for byte in text[range] {
            if byte == UInt8(ascii: " ") { bytes.append(contentsOf: Self.space) } else { bytes.append(byte) }
        }
        var (start, index) = (0, 0)
        while index < bytes.count {
            if index > start, !glued[Int(bytes[index - 1])], Self.startsWithSpace(bytes, index, bytes.count) {
                merge(bytes, start..<index, vocabulary, &state)
                start = index
            }
            index += Self.length(bytes[index])
        }
        if start < bytes.count { merge(bytes, start..<bytes.count, vocabulary, &state) }
    }

    private func merge(_ bytes: [UInt8], _ word: Range<Int>, _ vocabulary: Vocabulary, _ state: inout EncodingState) {
        state.memo.append(bytes, word, to: &state.output) { output in
            state.merging.start()
            var index = word.lowerBound
            while index < word.upperBound {
                let length = min(Self.length(bytes[index]), word.upperBound - index)
                let token = vocabulary.find(bytes, index..<index + length) ?? Merging.missing
                state.merging.append(token, length: length)
                index += length
            }
            let rules = Rules(pieces: self, vocabulary: vocabulary, bytes: bytes, start: word.lowerBound)
            state.merging.finish(with: rules, into: &output)
        }
    }

    private struct Rules: MergeRules {
        let pieces: SentencePieces
        let vocabulary: Vocabulary
        let bytes: [UInt8]
        let start: Int

        func merge(_ left: Int32, _ right: Int32, _ range: Range<Int>) -> (rank: UInt32, token: Int32)? {
            guard range.count <= vocabulary.longest,
                let token = vocabulary.find(bytes, start + range.lowerBound..<start + range.upperBound)
            else { return nil }
            return (pieces.ranks[Int(token)], token)
        }

        func appendMissing(_ range: Range<Int>, to output: inout [Int32]) {
            for index in range {
                if let token = pieces.byteTokens[Int(bytes[start + index])] { output.append(token) }
            }
        }
    }

    /// A character's length by its first byte alone: what isn't UTF-8 is cut as llama.cpp cuts it.
    private static func length(_ lead: UInt8) -> Int {
        lead < 0xc0 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4
    }

    private static func startsWithSpace(_ bytes: [UInt8], _ index: Int, _ end: Int) -> Bool {
        index + 3 <= end && bytes[index] == space[0] && bytes[index + 1] == space[1] && bytes[index + 2] == space[2]
    }

    /// Higher scores have lower ranks; both zeros the same.
    private static func rank(_ score: Float) -> UInt32 {
        let bits = (score == 0 ? 0 : score).bitPattern
        return bits >> 31 == 1 ? bits : ~(bits | 0x8000_0000)
    }
}
