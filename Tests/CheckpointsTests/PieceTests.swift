import Files
import Testing

@testable import Checkpoints
@testable import Tensors

/// What a tokenizer of SentencePiece's kind holds besides its 256 bytes.
private let pieces = [
    "<unk>", "<s>", "</s>", "▁", "a", "b", "c", "é", "e\u{301}", "e", "\u{301}", "ab", "▁a", "▁ab", "▁▁", "<t>", "▁▁▁",
    "▁▁▁▁",
]

@Suite("SentencePiece vocabularies of Hugging Face directories become scores")
struct PieceTests {
    private static let merges = [
        ("a", "b"), ("▁", "a"), ("▁", "ab"), ("▁a", "b"), ("e", "\u{301}"), ("▁▁▁", "▁"), ("▁▁", "▁▁"),
        ("▁▁", "▁"), ("▁", "▁▁▁"), ("▁", "▁▁"), ("▁", "▁"),
    ]
    private static let count = 300

    /// A directory whose `tokenizer.json` has been changed by `change`; one of a llama model with 300 tokens.
    private func checkpoint(_ change: (inout String) -> Void = { _ in }) throws -> Checkpoint {
        var model = try model()
        change(&model.tokenizer)
        try model.write()
        return try Checkpoint(path: model.folder)
    }

    private func model() throws -> TinyModel {
        var model = try TinyModel()
        model.config = model.config.replacing("\"vocab_size\":6", with: "\"vocab_size\":\(Self.count)")
        model.shapes[0].shape[0] = Self.count
        model.settings = #"{"bos_token":"<s>","eos_token":"</s>","unk_token":"<unk>","add_eos_token":false}"#
        let bytes = (0..<256).map { "<0x" + ($0 < 16 ? "0" : "") + String($0, radix: 16, uppercase: true) + ">" }
        let vocabulary = (pieces + bytes).enumerated().map { "\"\($1)\":\($0)" }.joined(separator: ",")
        let merges = Self.merges.map { "[\"\($0.0)\",\"\($0.1)\"]" }.joined(separator: ",")
        model.tokenizer = """
            {"added_tokens":[{"id":0,"content":"<unk>","special":true},{"id":1,"content":"<s>","special":true},
            {"id":2,"content":"</s>","special":true},{"id":15,"content":"<t>","special":false},
            {"id":274,"content":"▁▁x","special":false},{"id":500,"content":"<far>","special":true}],
            "normalizer":{"type":"Sequence","normalizers":[{"type":"Prepend","prepend":"▁"},
            {"type":"Replace","pattern":{"String":" "},"content":"▁"}]},"pre_tokenizer":null,
            "post_processor":{"type":"TemplateProcessing","single":[{"SpecialToken":{"id":"<s>"}},{"Sequence":{"id":"A"}}]},
            "model":{"type":"BPE","unk_token":"<unk>","byte_fallback":true,"ignore_merges":false,
            "vocab":{\(vocabulary)},"merges":[\(merges)]}}
            """
        return model
    }

    @Test func keysAreThoseOfSentencePiece() throws {
        let checkpoint = try checkpoint()
        let prefix = "tokenizer.ggml."
        #expect(try checkpoint.string(prefix + "model") == "llama")
        #expect(try checkpoint.string(prefix + "pre") == "default")
        #expect(try checkpoint.bool(prefix + "add_space_prefix") == true)
        #expect(try checkpoint.bool(prefix + "add_bos_token") == true)
        #expect(try checkpoint.bool(prefix + "add_eos_token") == false)
        #expect(try checkpoint.unsigned(prefix + "unknown_token_id") == 0)
        #expect(try checkpoint.unsigned(prefix + "bos_token_id") == 1)
        #expect(try checkpoint.unsigned(prefix + "eos_token_id") == 2)
        #expect(checkpoint.contains(prefix + "merges") == false)
        let tokens = try checkpoint.strings(prefix + "tokens")
        #expect(tokens.count == Self.count && tokens[273] == "<0xFF>" && tokens[299] == "[PAD299]")
        // Added tokens are looked for in text that has its spaces still.
        #expect(tokens[274] == "  x")
        let types = try checkpoint.integers(prefix + "token_type")
        #expect(types[0..<4] == [3, 3, 3, 1] && types[15] == 4 && types[18] == 6 && types[274] == 4 && types[299] == 5)
    }

    @Test func scoresFallAsRanksRise() throws {
        let scores = try checkpoint().floats("tokenizer.ggml.scores")
        // ab, ▁a, ▁ab, e◌́, then the runs of ▁, whose merges stand among each other's.
        #expect([11, 12, 13, 8, 16, 17, 14].map { scores[$0] } == [0, -1, -2, -3, -4, -4, -5])
        #expect([3, 4, 5, 6, 7, 9, 10].map { scores[$0] } == [-6, -7, -8, -9, -10, -11, -12])
        #expect(scores[0] == -1000 && scores[15] == -1000 && scores[18] == 0 && scores[299] == -10_000)
    }

    @Test(
        "what GGUF can't state is refused by name",
        arguments: [
            ("\"ignore_merges\":false", "\"ignore_merges\":true", "model.ignore_merges"),
            ("\"ignore_merges\":false", "\"dropout\":0.1", "model.dropout"),
            ("\"type\":\"BPE\"", "\"type\":\"Unigram\"", "model"),
            ("\"id\":15,", "\"rstrip\":true,\"id\":15,", "added_tokens.rstrip"),
            ("\"type\":\"Prepend\"", "\"type\":\"NFKC\"", "normalizer"),
            ("{\"String\":\" \"}", "{\"String\":\"_\"}", "normalizer"),
            ("\"pre_tokenizer\":null", "\"pre_tokenizer\":{\"type\":\"ByteLevel\"}", "pre_tokenizer"),
            ("<0xFE>", "<0xfe>", "byte_fallback"),
            (",[\"▁a\",\"b\"]", "", "model.merges"),
            ("[\"a\",\"b\"]", "[\"a\",\"x\"]", "model.merges"),
            ("[\"▁\",\"a\"],[\"▁\",\"ab\"]", "[\"▁\",\"ab\"],[\"▁\",\"a\"]", "model.merges"),
            (
                "[\"▁▁▁\",\"▁\"],[\"▁▁\",\"▁▁\"]", "[\"▁▁\",\"▁▁\"],[\"▁▁▁\",\"▁\"]",
                "model.merges"
            ),
        ]) func refusals(_ from: String, _ to: String, _ feature: String) throws
    {
        #expect {
            try checkpoint { tokenizer in
                #expect(tokenizer.contains(from))
                tokenizer = tokenizer.replacing(from, with: to)
            }
        } throws: { error in
            guard case CheckpointError.unsupported(feature, _, _) = error else { return false }
            return true
        }
    }

    @Test(
        "a space in front is the normalizer's or the pre-tokenizer's",
        arguments: [
            ("\"split\":false,\"prepend_scheme\":\"always\"", true),
            ("\"split\":false,\"prepend_scheme\":\"never\"", false),
            ("\"split\":false,\"add_prefix_space\":false", false),
            ("\"split\":false,\"prepend_scheme\":\"first\"", true),
            ("\"prepend_scheme\":\"always\"", nil),
        ] as [(String, Bool?)]) func spaces(_ options: String, adds: Bool?) throws
    {
        func change(_ tokenizer: inout String) {
            tokenizer = tokenizer.replacing(#"{"type":"Prepend","prepend":"▁"},"#, with: "")
                .replacing(
                    #""pre_tokenizer":null"#,
                    with: #""pre_tokenizer":{"type":"Metaspace","replacement":"▁",\#(options)}"#)
        }
        guard let adds else {
            // Runs of ▁ reach over the start of a word.
            #expect(throws: CheckpointError.self) { try checkpoint(change) }
            return
        }
        #expect(try checkpoint(change).bool("tokenizer.ggml.add_space_prefix") == adds)
    }

    @Test func tokensMustBeOfTheVocabulary() throws {
        for (from, to) in [("\"ab\":11", "\"ab\":12"), ("\"ab\":11", "\"ab\":300"), ("\"id\":274", "\"id\":-1")] {
            #expect(throws: CheckpointError.self, "\(to)") {
                try checkpoint { $0 = $0.replacing(from, with: to) }
            }
        }
    }

    @Test func tokenizerModelIsReadWhereThereIsNoJSON() throws {
        let model = try model()
        try model.write()
        try FileSystem.remove(model.folder + "/tokenizer.json")
        var proto = ProtobufWriter()
        for (text, score, type) in [("<unk>", 0, 2), ("<s>", 0, 3), ("a", -1, 1), ("▁▁", 0, 4), ("<0x00>", 0, 6)] {
            proto.piece(text, Float(score), UInt8(type))
        }
        proto.message(2, [0x18, 2, 0xc0, 0x02, 0, 0xc8, 0x02, 1])
        proto.message(3, [0x18, 0, 0x20, 0])
        try FileSystem.replace(model.folder + "/tokenizer.model", with: proto.bytes)
        let checkpoint = try Checkpoint(path: model.folder)
        #expect(
            Array(try checkpoint.strings("tokenizer.ggml.tokens").prefix(6)) == [
                "<unk>", "<s>", "a", "  ", "<0x00>", "[PAD5]",
            ])
        #expect(try checkpoint.integers("tokenizer.ggml.token_type").prefix(6) == [2, 3, 1, 4, 6, 5])
        #expect(try checkpoint.floats("tokenizer.ggml.scores")[2] == -1)
        #expect(try checkpoint.bool("tokenizer.ggml.add_space_prefix") == false)
        #expect(checkpoint.files.map(\.name).contains("tokenizer.model"))
    }

    @Test(
        "another tokenizer.model is refused",
        arguments: [
            [0x12, 2, 0x18, 1], [0x12, 2, 0x18], [0x0a, 0xff, 0xff, 0xff, 0xff, 0x0f], [0x0b], [0xff],
            [0x12, 2, 0x18, 2, 0x1a, 2, 0x20, 1], [0x12, 2, 0x18, 2, 0x1a, 3, 0x12, 1, 0x61],
            [0x12, 2, 0x18, 2, 0x0a, 2, 0x18, 9], [0x12, 2, 0x18, 2, 0x0a, 3, 0x0a, 1, 0xff],
        ] as [[UInt8]]) func malformed(bytes: [UInt8])
    {
        #expect(throws: CheckpointError.self) { try SentencePieceModel(parsing: bytes, path: "tokenizer.model") }
    }
}

/// As much protobuf as a tokenizer.model needs; every message is shorter than 128 bytes.
private struct ProtobufWriter {
    var bytes: [UInt8] = []

    mutating func message(_ field: UInt8, _ content: [UInt8]) {
        bytes += [field << 3 | 2, UInt8(content.count)] + content
    }

    mutating func piece(_ text: String, _ score: Float, _ type: UInt8) {
        let bits = score.bitPattern
        let number = (0..<4).map { UInt8(truncatingIfNeeded: bits >> (8 * $0)) }
        message(1, [0x0a, UInt8(text.utf8.count)] + Array(text.utf8) + [0x15] + number + [0x18, type])
    }
}
