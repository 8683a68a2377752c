import Inference
import Signatures
import Tensors

extension Respondent {
    /// Asks the model in a GGUF file.
    package convenience init(_ model: LanguageModel, threads: Int) {
        self.init { prompt in
            let tokens = try model.tokens(of: prompt.input)
            var digest = DigestStream()
            let answer = try model.generate(
                from: tokens, GenerationOptions(maxTokens: prompt.maxTokens, threads: threads)
            ) { logits, _ in
                unsafe digest.update(logits.bytes)  // Floats have no padding.
            }
            return Reply(tokens: answer.tokens, text: answer.text, logits: digest.finish())
        }
    }

    /// The bytes of `golden/recorded.jsonl` for the model in `file` and the suites among the bundle's members.
    package static func recorded(
        _ file: GGUFFile, suites: [(path: String, bytes: [UInt8])], threads: Int
    ) throws -> [UInt8] {
        var parsed: [Suite] = []
        for suite in suites { parsed.append(try Suite(parsing: suite.bytes, name: suite.path)) }
        try Suite.checkDistinct(parsed)
        return try Respondent(LanguageModel(file), threads: threads).record(parsed).encoded()
    }
}

extension LanguageModel {
    /// The tokens of a golden prompt.
    fileprivate func tokens(of input: GoldenPrompt.Input) throws -> [Int32] {
        switch input {
        case .text(let text): prompt(for: text)
        case .messages(let messages): try prompt(for: messages)
        }
    }
}
