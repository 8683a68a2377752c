import Testing

@testable import Inference

@Suite("SentencePiece's tokenizer")
struct SentencePieceTests {
    /// After `<unk>`, `<s>`, `</s>` and the 256 bytes.
    private static let pieces: [(text: String, score: Float, type: TokenType)] = [
        ("▁", -20, .normal), ("a", -21, .normal), ("b", -22, .normal), ("c", -23, .normal), ("ab", -1, .normal),
        ("bc", -2, .normal), ("abc", -3, .normal), ("▁a", -4, .normal), ("aa", -5, .normal), ("aaaa", -6, .normal),
        ("▁▁", -7, .normal), ("<t>", -1000, .userDefined), ("  ", -1000, .userDefined), ("é", -24, .normal),
    ]
    private static let texts =
        ["<unk>", "<s>", "</s>"] + (0..<256).map { SentencePieces.name(of: UInt8($0)) } + pieces.map(\.text)

    private func tokenizer(addsSpace: Bool) throws -> Tokenizer {
        try Tokenizer(
            tokens: ByteStrings(Self.texts),
            types: [.unknown, .control, .control] + [TokenType](repeating: .byte, count: 256) + Self.pieces.map(\.type),
            kind: .sentencePieces(
                scores: [Float](repeating: 0, count: 259) + Self.pieces.map(\.score), addsSpace: addsSpace),
            ids: SpecialTokenIDs(bos: 1, eos: 2))
    }

    @Test(
        "merges by score, then from the left",
        arguments: [
            ("abc", ["abc"]), ("cab", ["c", "ab"]), (" ab", ["▁", "ab"]), (" a", ["▁a"]), ("bbc", ["b", "bc"]),
            ("aaa", ["aa", "a"]), ("aaaaa", ["aaaa", "a"]), ("aab", ["a", "ab"]), ("▁a", ["▁a"]), ("", []),
            ("aéb", ["a", "é", "b"]), ("aé\u{301}", ["a", "é", "<0xCC>", "<0x81>"]), ("x", ["<0x78>"]),
            ("e\u{301}", ["<0x65>", "<0xCC>", "<0x81>"]), ("中", ["<0xE4>", "<0xB8>", "<0xAD>"]),
            ("\n", ["<0x0A>"]), ("a<t>b", ["a", "<t>", "b"]), ("a  b", ["a", "  ", "b"]), ("   a", ["  ", "▁a"]),
            ("a<s>b", ["a", "<s>", "b"]), ("<unk>", ["<unk>"]),
        ])
    func merging(text: String, expected: [String]) throws {
        let tokenizer = try tokenizer(addsSpace: false)
        let ids = tokenizer.encode(text, parseSpecial: true)
        #expect(ids.map(tokenizer.text) == expected)
        #expect(tokenizer.decode(ids, special: true) == Array(text.replacing("▁", with: " ").utf8))
    }

    @Test(
        "puts a space before text and behind special tokens",
        arguments: [
            ("a", ["▁a"]), (" a", ["▁", "▁a"]), ("a<t>a", ["▁a", "<t>", "▁a"]), ("<s>ab", ["<s>", "▁", "ab"]), ("", []),
        ])
    func prefix(text: String, expected: [String]) throws {
        let tokenizer = try tokenizer(addsSpace: true)
        let ids = tokenizer.encode(text, parseSpecial: true)
        // "  " stands for two spaces that were there before.
        #expect(ids.map(tokenizer.text) == expected)
    }

    @Test("takes the space away again that it put in front")
    func decoding() throws {
        let tokenizer = try tokenizer(addsSpace: true)
        let ids = tokenizer.encode("abc a", parseSpecial: true)
        #expect(tokenizer.decode(ids, isWhole: true) == Array("abc a".utf8))
        #expect(tokenizer.decode([1] + ids, isWhole: true) == Array("abc a".utf8))
        #expect(tokenizer.decode(ids) == Array(" abc a".utf8))
    }

    @Test("keeps control tokens out of text; user-defined ones are always found")
    func control() throws {
        let tokenizer = try tokenizer(addsSpace: false)
        let ids = tokenizer.encode("<s><t>", parseSpecial: false)
        #expect(ids.map(tokenizer.text) == ["<0x3C>", "<0x73>", "<0x3E>", "<t>"])
    }

    @Test(
        "cuts what isn't UTF-8 by the length that its first byte announces",
        arguments: [
            ([0xff], ["<0xFF>"]), ([0xff, 0x61], ["<0xFF>", "<0x61>"]),
            ([0xc3, 0x61, 0x61], ["<0xC3>", "<0x61>", "a"]),
            ([0x80, 0x61], ["<0x80>", "a"]),
        ] as [([UInt8], [String])])
    func invalid(text: [UInt8], expected: [String]) throws {
        let tokenizer = try tokenizer(addsSpace: false)
        let ids = tokenizer.encode(text, parseSpecial: true)
        #expect(ids.map(tokenizer.text) == expected)
        #expect(tokenizer.decode(ids) == text)
    }

    @Test("takes a long run of one letter in its stride", .timeLimit(.minutes(1)), arguments: ["a", " ", "é"])
    func longRun(letter: String) throws {
        let text = [UInt8](repeatElement(Array(letter.utf8), count: 1_000_000).joined())
        let tokenizer = try tokenizer(addsSpace: false)
        #expect(tokenizer.decode(tokenizer.encode(text, parseSpecial: false)) == text)
    }

    @Test("gives the unknown token for bytes that have none")
    func unknown() throws {
        let tokenizer = try Tokenizer(
            tokens: ByteStrings(["<unk>", "a"]), types: [.unknown, .normal],
            kind: .sentencePieces(scores: [0, 0], addsSpace: false), ids: ids(unknown: 0))
        #expect(tokenizer.encode("ab", parseSpecial: false) == [1, 0])
    }

    private func ids(unknown: Int32) -> SpecialTokenIDs {
        var ids = SpecialTokenIDs()
        ids.unknown = unknown
        return ids
    }

    @Test(
        "refuses scores that don't fit its tokens",
        arguments: [
            ([0], .scoreCount(tokens: 2, scores: 1)), ([0, 0, 0], .scoreCount(tokens: 2, scores: 3)),
            ([0, .nan], .notANumber(token: 1)),
        ] as [([Float], TokenizerError)])
    func refusals(scores: [Float], error: TokenizerError) {
        #expect(throws: error) {
            try Tokenizer(
                tokens: ByteStrings(["a", "b"]), types: [], kind: .sentencePieces(scores: scores, addsSpace: true))
        }
    }

    @Test("takes every score that is a number: both zeros are one, infinities are the ends")
    func extremes() throws {
        let texts = ["a", "b", "c", "d", "ab", "bc", "cd"]
        func encode(_ scores: [Float]) throws -> [Int32] {
            try Tokenizer(
                tokens: ByteStrings(texts), types: [],
                kind: .sentencePieces(scores: [0, 0, 0, 0] + scores, addsSpace: false)
            ).encode("abcd", parseSpecial: false)
        }
        #expect(try encode([0, -0.0, -.infinity]) == [4, 6])
        #expect(try encode([-0.0, 1, 0]) == [0, 5, 3])
        #expect(try encode([1, .infinity, 1]) == [0, 5, 3])
        #expect(try encode([-2, -1, -3]) == [0, 5, 3])
    }
}
