/// How well a model foretells a text.
package struct TextScore: Sendable, Equatable {
    /// Tokens that were scored.
    package var tokens = 0
    /// Their summed negative log-likelihood, in nats.
    package var negativeLogLikelihood = 0.0

    package init() {}

    /// exp of the mean negative log-likelihood.
    package var perplexity: Double { exponential(negativeLogLikelihood / Double(max(tokens, 1))) }

    /// Counts a token that was foretold by `logits`.
    mutating func add(_ token: Int32, foretoldBy logits: Span<Float>) {
        negativeLogLikelihood += logits.logSumExp - Double(logits[Int(token)])
        tokens += 1
    }
}

/// How a text is cut for scoring, as llama-perplexity does: chunks of `context` tokens, each read from an empty cache,
/// scored from place `first` on.
struct Chunks {
    let context: Int
    let first: Int
    private let tokens: [Int32]
    private let bos: Int32?

    /// - Parameter first: the first place of a chunk that is predicted from; half the context by default.
    init(
        _ tokens: [Int32], context: Int, from first: Int?, _ tokenizer: Tokenizer
    ) throws(InferenceError) {
        guard context > 1, tokens.count >= context else {
            throw .contextFull(capacity: tokens.count, needed: context)
        }
        self.tokens = tokens
        self.context = context
        self.first = first ?? context / 2
        bos = tokenizer.addsBOS ? tokenizer.bos : nil
    }

    var count: Int { tokens.count / context }

    /// Chunk `index`, BOS in its first place where the model adds it.
    subscript(index: Int) -> [Int32] {
        var chunk = Array(tokens[index * context..<(index + 1) * context])
        if let bos { chunk[0] = bos }
        return chunk
    }
}

extension LanguageModel {
    /// The tokens of a text to be scored. Where the model wants a first token, the text has it too, before it is cut:
    /// so does llama-perplexity.
    package func tokens(ofText text: [UInt8]) -> [Int32] {
        let first = tokenizer.addsBOS ? tokenizer.bos.map { [$0] } ?? [] : []
        return first + tokenizer.encode(text, parseSpecial: true)
    }

    /// Scores a text the way llama-perplexity does: tokenized once, cut in chunks of `context` tokens, each read from
    /// an empty cache with BOS in its first place where the model adds it, the second half of each scored.
    ///
    /// - Parameters:
    ///   - scored: the first place of a chunk that is predicted from; half the context by default.
    ///   - progress: told after each chunk how many tokens are done, of how many.
    package func score(
        _ tokens: [Int32], context: Int, from scored: Int? = nil, threads: Int, kernels: KernelSet = .fastest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> TextScore {
        let chunks = try Chunks(tokens, context: context, from: scored, tokenizer)
        var session = try Session(model: self, capacity: context, threads: threads, kernels: kernels)
        var score = TextScore()
        for index in 0..<chunks.count {
            let chunk = chunks[index]
            session.reset()
            try session.read(Array(chunk.dropLast()), logitsFrom: chunks.first) { place, logits in
                score.add(chunk[place + 1], foretoldBy: logits)
            }
            progress((index + 1) * context, chunks.count * context)
        }
        return score
    }
}
