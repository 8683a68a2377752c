import Testing

@testable import Inference

@Suite("What ends an answer")
struct EndOfGenerationTests {
    /// The texts that end an answer, and the types that all tokens have in the end.
    private func judge(
        _ texts: [String], _ change: (inout SpecialTokenIDs) -> Void = { _ in }
    ) throws -> (ends: [String], types: [TokenType]) {
        var vocabulary = try Vocabulary(ByteStrings(texts), types: [])
        var ids = SpecialTokenIDs()
        change(&ids)
        let ending = EndOfGeneration(&vocabulary, ids)
        let all = texts.indices.map { Int32($0) }
        return (all.filter(ending.tokens.contains).map { texts[Int($0)] }, all.map(vocabulary.type))
    }

    @Test(
        "is a text that is well known, or stands in a key",
        arguments: [
            "<|eot_id|>", "<|im_end|>", "<end_of_turn>", "<|endoftext|>", "</s>", "<eos>", "<｜end▁of▁sentence｜>",
        ])
    func wellKnown(text: String) throws {
        let (ends, types) = try judge(["a", text])
        #expect(ends == [text])
        #expect(types == [.normal, .control])
    }

    @Test("is what the keys say, whatever its text")
    func keys() throws {
        let (ends, types) = try judge(["a", "b", "c", "d"]) { ids in
            (ids.eos, ids.eot, ids.eom) = (0, 1, 3)
        }
        #expect(ends == ["a", "b", "d"])
        #expect(types == [.normal, .normal, .normal, .normal])
    }

    @Test("is a filling's padding or border, but not its parts")
    func fillings() throws {
        let (ends, types) = try judge(["<fim_prefix>", "<fim_suffix>", "<fim_middle>", "<fim_pad>", "<|file_sep|>"])
        #expect(ends == ["<fim_pad>", "<|file_sep|>"])
        #expect(types == [.control, .control, .control, .control, .control])
    }

    @Test("is one padding at most: that of the key, or the first text")
    func onePadding() throws {
        #expect(try judge(["<fim_pad>", "<|fim_pad|>"]).ends == ["<|fim_pad|>"])
        let (ends, types) = try judge(["<fim_pad>", "x"]) { $0.fillPadding = 1 }
        #expect(ends == ["x"])
        #expect(types == [.normal, .normal])
    }

    @Test(
        "is not what only ends a part of an answer in the company of others",
        arguments: [
            (["<|end|>", "<|return|>", "<|call|>"], ["<|return|>", "<|call|>"], .userDefined),
            (["<|end|>", "<|calls|>", "<|flush|>"], ["<|calls|>", "<|flush|>"], .userDefined),
            (["<|end|>", "<|return|>"], ["<|end|>", "<|return|>"], .control),
            (["</s>", "<|tool_response>"], ["<|tool_response>"], .normal),
        ] as [([String], [String], TokenType)])
    func company(texts: [String], expected: [String], type: TokenType) throws {
        let (ends, types) = try judge(texts)
        #expect(ends == expected)
        #expect(types[0] == type)
    }

    @Test("shows channels and messages", arguments: ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"])
    func shown(text: String) throws {
        let (ends, types) = try judge([text])
        #expect(ends.isEmpty)
        #expect(types == [.userDefined])
    }
}
