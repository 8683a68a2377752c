import Testing

@testable import Inference

@Suite("A tokenizer")
struct TokenizerTests {
    @Test("gives the ids that llama.cpp gives", arguments: TokenizerFixture.cases)
    func peer(_ test: TokenizerFixture.Case) throws {
        let tokenizer = try TokenizerFixture.load().tokenizer(pre: test.pre)
        #expect(tokenizer.encode(test.text, parseSpecial: test.special) == test.ids)
    }

    @Test("has its fixture")
    func fixture() { #expect(TokenizerFixture.cases.count > 50) }

    @Test("gives back the text", arguments: TokenizerFixture.cases)
    func roundTrip(_ test: TokenizerFixture.Case) throws {
        let tokenizer = try TokenizerFixture.load().tokenizer(pre: test.pre)
        #expect(tokenizer.decode(test.ids, special: true) == Array(test.text.utf8))
    }

    @Test(
        "reads what isn't UTF-8 as llama.cpp does",
        arguments: [
            ("a\u{fffd}b", [0x61, 0xff, 0x62]), ("\u{fffd}", [0xc3]), ("\u{fffd}\u{fffd}", [0xe4, 0xb8]),
            ("/", [0xc0, 0xaf]),
            ("\u{fffd}\u{fffd}\u{fffd}\u{fffd}", [0xf4, 0x90, 0x80, 0x80]), ("\u{20ac}", [0xf0, 0x82, 0x82, 0xac]),
            ("\u{fffd}A", [0xe4, 0x41]),
        ] as [(String, [UInt8])])
    func invalid(expected: String, text: [UInt8]) throws {
        let tokenizer = try TokenizerFixture.load().tokenizer()
        let ids = tokenizer.encode(text, parseSpecial: true)
        #expect(ids == tokenizer.encode(expected, parseSpecial: true))
        #expect(tokenizer.decode(ids) == Array(expected.utf8))
    }

    @Test(
        "survives any bytes", arguments: [UInt64(1), 2, 3],
        ["gpt-2", "deepseek-llm", "kimi-k2", "tiny_aya", "superbpe"])
    func random(seed: UInt64, pre: String) throws {
        let tokenizer = try TokenizerFixture.load().tokenizer(pre: pre)
        var random = SplitMix(state: seed)
        for _ in 0..<200 {
            let text = (0..<40).map { _ in UInt8(truncatingIfNeeded: random.next()) }
            let once = tokenizer.decode(tokenizer.encode(text, parseSpecial: true), special: true)
            #expect(tokenizer.decode(tokenizer.encode(once, parseSpecial: true), special: true) == once, "seed \(seed)")
        }
    }

    @Test("takes a long run of one letter in its stride")
    func longRun() throws {
        let tokenizer = try TokenizerFixture.load().tokenizer()
        for byte in [UInt8(ascii: "a"), 10, 0x27] {
            let text = [UInt8](repeating: byte, count: 1_000_000)
            #expect(tokenizer.decode(tokenizer.encode(text, parseSpecial: false)) == text)
        }
    }

    @Test("keeps control tokens out of text, and text out of control tokens")
    func control() throws {
        let tokenizer = try TokenizerFixture.load().tokenizer()
        #expect(tokenizer.encode("<|end|>", parseSpecial: true) == [3])
        #expect(tokenizer.encode("<|end|>", parseSpecial: false).allSatisfy { $0 > 3 })
        #expect(tokenizer.decode([3, -1, 5000]).isEmpty)
        #expect(tokenizer.isEndOfGeneration(3) && tokenizer.isEndOfGeneration(0) && !tokenizer.isEndOfGeneration(1))
    }

    @Test("cuts longer special tokens out first, then the leftmost")
    func overlaps() {
        var special = SpecialTokens()
        for (token, text) in ["ab", "abc", "ca", "a"].enumerated() {
            special.add(Array(text.utf8)[...], token: Int32(token))
        }
        #expect(special.matches(Array("abcab".utf8)).map(\.token) == [1, 0])
        #expect(special.matches(Array("xaax".utf8)).map(\.range) == [1..<2, 2..<3])
        #expect(special.matches(Array("bca".utf8)).map(\.token) == [2])
    }

    @Test("refuses a vocabulary that contradicts itself")
    func refusals() {
        let tokens = ByteStrings(["a", "b", "ab"])
        func make(
            types: [TokenType] = [], merges: [String] = [], pre: String = "gpt-2", bos: Int32? = nil
        ) -> TokenizerError? {
            do throws(TokenizerError) {
                _ = try Tokenizer(
                    tokens: tokens, types: types, kind: .bytePairs(merges: ByteStrings(merges), pre: pre),
                    ids: SpecialTokenIDs(bos: bos))
                return nil
            } catch { return error }
        }
        #expect(make(merges: ["a b"]) == nil)
        let known = PreTokenizerFamily.all.flatMap(\.names).sorted()
        #expect(make(pre: "gpt-5") == .unknownPreTokenizer("gpt-5", known: known))
        #expect(Set(known).count == known.count)
        #expect(make(types: [.normal]) == .typeCount(tokens: 3, types: 1))
        #expect(make(merges: ["a b", "ab"]) == .malformedMerge(index: 1))
        #expect(make(merges: ["a "]) == .malformedMerge(index: 0))
        #expect(make(merges: ["b a"]) == .mergeOfUnknown(index: 0, text: "b a"))
        #expect(make(bos: 3) == .idOutOfRange(key: "bos_token_id", id: 3, tokens: 3))
        #expect(make(bos: -1) == .idOutOfRange(key: "bos_token_id", id: -1, tokens: 3))
    }
}

/// Random numbers that a seed repeats.
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        return scatter(state)
    }
}
