/// How well a model foretells a text.
package struct TextScore: Sendable, Equatable {
    /// Tokens that were scored.
    package var tokens: Int
    /// Their summed negative log-likelihood, in nats.
    package var negativeLogLikelihood: Double

    /// exp of the mean negative log-likelihood.
    package var perplexity: Double { exponential(negativeLogLikelihood / Double(max(tokens, 1))) }
}

extension LanguageModel {
    /// Scores a text the way llama-perplexity does: tokenized once, cut in chunks of `context` tokens, each read from
    /// an empty cache with BOS in its first place where the model adds it, the second half of each scored.
    ///
    /// - Parameter scored: the first place of a chunk that is predicted from; half the context by default.
    package func score(
        _ tokens: [Int32], context: Int, from scored: Int? = nil, threads: Int, kernels: KernelSet = .fastest
    ) throws -> TextScore {
        guard context > 1, tokens.count >= context else {
            throw InferenceError.contextFull(capacity: tokens.count, needed: context)
        }
        let first = scored ?? context / 2
        var session = try Session(model: self, capacity: context, threads: threads, kernels: kernels)
        var score = TextScore(tokens: 0, negativeLogLikelihood: 0)
        for start in stride(from: 0, through: tokens.count - context, by: context) {
            var chunk = Array(tokens[start..<start + context])
            if tokenizer.addsBOS, let bos = tokenizer.bos { chunk[0] = bos }
            session.reset()
            try session.read(chunk, logitsFrom: first) { index, logits in
                guard index + 1 < context else { return }
                score.negativeLogLikelihood += logits.logSumExp - Double(logits[Int(chunk[index + 1])])
                score.tokens += 1
            }
        }
        return score
    }
}
