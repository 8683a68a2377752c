/// How far the candidate's answers lie from another model's, over the prompts of a tag.
package struct Divergence: Sendable, Equatable {
    /// nil: all prompts.
    package let tag: String?
    package let prompts: Int
    package let tokens: Int
    /// Kullback–Leibler divergence in nats, over tokens.
    package let mean: Estimate
    package let p999: Double
    package let largest: Double
    /// The share of tokens at which both find the same token likeliest.
    package let agreement: Estimate
    /// The share of prompts to which both give the same answer.
    package let sameAnswers: Double

    init(_ tag: String?, _ prompts: [PromptComparison]) {
        self.tag = tag
        self.prompts = prompts.count
        let divergences = prompts.map { $0.tokens.map(\.divergence) }
        tokens = divergences.reduce(0) { $0 + $1.count }
        mean = Estimate(meanOf: divergences)
        let ordered = divergences.joined().sorted()
        p999 = ordered.quantile(0.999)
        largest = ordered.last ?? 0
        agreement = Estimate(meanOf: prompts.map { $0.tokens.map { $0.agrees ? 1 : 0 } })
        let same = prompts.count { $0.firstDivergence == nil }
        sameAnswers = prompts.isEmpty ? 1 : Double(same) / Double(prompts.count)
    }

    static func byTag(_ prompts: [PromptComparison]) -> [Divergence] {
        let tags = Set(prompts.flatMap(\.tags)).sorted()
        return [Divergence(nil, prompts)]
            + tags.map { tag in Divergence(tag, prompts.filter { $0.tags.contains(tag) }) }
    }
}

extension [Double] {
    /// Of ordered values, the one below which `share` of them lie, interpolated between neighbours; 0 for none.
    func quantile(_ share: Double) -> Double {
        guard let last = indices.last else { return 0 }
        let place = share * Double(last), below = Int(place), above = Swift.min(below + 1, last)
        return self[below] + (place - Double(below)) * (self[above] - self[below])
    }
}
