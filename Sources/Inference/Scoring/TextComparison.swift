/// How far a model's foretelling of a text lies from a reference's, token by token.
package struct TextComparison: Sendable, Equatable {
    package var score = TextScore()
    package var reference = TextScore()
    /// The Kullback–Leibler divergence from the reference at each scored token, in nats.
    package var divergences: [Double] = []
    /// Whether both find the same token likeliest, at each of them.
    package var agreements: [Bool] = []
    /// How much more each of them costs this model than the reference, in nats.
    package var shifts: [Double] = []
    /// Scored tokens in a chunk of the text.
    package var chunk = 0

    package init() {}

    package var meanDivergence: Double { divergences.reduce(0, +) / Double(max(divergences.count, 1)) }
    package var largestDivergence: Double { divergences.max() ?? 0 }
    package var topAgreement: Double { Double(agreements.count { $0 }) / Double(max(agreements.count, 1)) }
    package var perplexityRatio: Double { score.perplexity / reference.perplexity }

    /// The divergence below which `share` of the tokens lie, interpolated between neighbours.
    package func divergence(at share: Double) -> Double {
        guard let last = divergences.indices.last else { return 0 }
        let ordered = divergences.sorted()
        let place = min(max(share, 0), 1) * Double(last)
        let below = Int(place)
        let above = min(below + 1, last)
        return ordered[below] + (place - Double(below)) * (ordered[above] - ordered[below])
    }
}

extension LanguageModel {
    /// Scores a text as `score` does, beside `reference`, which must have the same vocabulary.
    package func compare(
        with reference: LanguageModel, on tokens: [Int32], context: Int, threads: Int, kernels: KernelSet = .fastest,
        progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }
    ) throws -> TextComparison {
        guard reference.shape.vocabulary == shape.vocabulary else {
            throw InferenceError.otherVocabulary(shape.vocabulary, reference: reference.shape.vocabulary)
        }
        let chunks = try Chunks(tokens, context: context, from: nil, tokenizer)
        var theirs = try Session(model: reference, capacity: context, threads: threads, kernels: kernels)
        var ours = try Session(model: self, capacity: context, threads: threads, kernels: kernels)
        var comparison = TextComparison()
        comparison.chunk = context - 1 - chunks.first
        for index in 0..<chunks.count {
            let chunk = chunks[index]
            theirs.reset()
            ours.reset()
            try theirs.read(Array(chunk[..<chunks.first]), logitsFrom: chunks.first) { _, _ in }
            try ours.read(Array(chunk[..<chunks.first]), logitsFrom: chunks.first) { _, _ in }
            // A few places at a time: the logits of a whole chunk would take more memory than a model.
            for start in stride(from: chunks.first, to: context - 1, by: 32) {
                let places = Array(chunk[start..<min(start + 32, context - 1)])
                let logits = try FloatBuffer(count: places.count * shape.vocabulary)
                try theirs.read(places, logitsFrom: 0) { place, row in
                    logits.store(row, at: place * shape.vocabulary)
                }
                try ours.read(places, logitsFrom: 0) { place, row in
                    let known = logits.values(place * shape.vocabulary, shape.vocabulary)
                    let next = chunk[start + place + 1]
                    comparison.reference.add(next, foretoldBy: known)
                    comparison.score.add(next, foretoldBy: row)
                    comparison.divergences.append(known.divergence(of: row))
                    comparison.agreements.append(known.indexOfMaximum == row.indexOfMaximum)
                    comparison.shifts.append(row.nll(of: next) - known.nll(of: next))
                }
            }
            progress((index + 1) * context, chunks.count * context)
        }
        return comparison
    }
}
