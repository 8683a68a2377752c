/// What a model answered.
package struct Answer: Sendable, Equatable {
    package enum Ending: String, Sendable, Codable {
        /// The model said that it is done.
        case stop
        /// The token limit was reached.
        case length
    }

    /// The tokens sampled, without the one that ended the answer.
    package var tokens: [Int32]
    /// Their text: bytes that are no UTF-8 replaced by U+FFFD.
    package var text: String
    package var ending: Ending
    package var promptTokens: Int
}

/// What to sample: greedily, the likeliest token each time, the lowest id of equals.
package struct GenerationOptions: Sendable {
    package var maxTokens: Int
    package var threads: Int
    package var kernels: KernelSet
    /// Tokens of the prompt that go through the layers together; any number gives the same logits.
    package var batch: Int

    package init(
        maxTokens: Int, threads: Int, kernels: KernelSet = .fastest, batch: Int = Session.usualBatch
    ) {
        self.maxTokens = maxTokens
        self.threads = threads
        self.kernels = kernels
        self.batch = batch
    }
}

extension LanguageModel {
    /// The tokens of plain text: no template, the first token as the model wants it.
    package func prompt(for text: String) -> [Int32] {
        let tokens = tokenizer.encode(text, parseSpecial: false)
        guard tokenizer.addsBOS, let bos = tokenizer.bos else { return tokens }
        return [bos] + tokens
    }

    /// Continues `prompt` until the model ends it or a limit is reached.
    ///
    /// - Parameter onLogits: called for every sampled position, the end's included, with its logits and the token.
    package func generate(
        from prompt: [Int32], _ options: GenerationOptions, onLogits: (Span<Float>, Int32) throws -> Void
    ) throws -> Answer {
        guard !prompt.isEmpty else { throw InferenceError.contextFull(capacity: shape.contextLength, needed: 0) }
        let room = min(options.maxTokens, shape.contextLength - prompt.count)
        guard room >= 0 else {
            throw InferenceError.contextFull(capacity: shape.contextLength, needed: prompt.count)
        }
        var session = try Session(
            model: self, capacity: prompt.count + room, batch: options.batch, threads: options.threads,
            kernels: options.kernels)
        var answer = Answer(tokens: [], text: "", ending: .length, promptTokens: prompt.count)
        var next = prompt
        while answer.tokens.count < room {
            var token: Int32 = 0
            try session.read(next, logitsFrom: next.count - 1) { _, logits in
                token = Int32(logits.indexOfMaximum)
                try onLogits(logits, token)
            }
            if tokenizer.isEndOfGeneration(token) {
                answer.ending = .stop
                break
            }
            answer.tokens.append(token)
            next = [token]
        }
        answer.text = String(decoding: tokenizer.decode(answer.tokens), as: UTF8.self)
        return answer
    }
}
