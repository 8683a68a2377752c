/// How many prompts are answered right.
package struct Rate: Sendable, Equatable {
    /// nil: all prompts.
    package let tag: String?
    package let passed: Int
    package let total: Int
    /// By the prompts' weights, from 0 to 1.
    package let share: Estimate
    /// The baseline's share on the same prompts, and how far the candidate's is above it.
    package let baseline: Double?
    package let difference: Estimate?
    /// Prompts that the baseline alone answers, and that the candidate alone does.
    package let broken: Int
    package let fixed: Int

    init(_ tag: String?, _ prompts: [PromptResult]) {
        self.tag = tag
        total = prompts.count
        passed = prompts.count(where: \.passes)
        broken = prompts.count(where: \.isBroken)
        fixed = prompts.count(where: \.isFixed)
        let found = Self.share(prompts, \.passes)
        share = Estimate(found, bounds: Proportions.interval(found, of: Self.count(prompts)))
        let known = prompts.filter { $0.baseline != nil }
        guard !known.isEmpty else {
            baseline = nil
            difference = nil
            return
        }
        let pairs = Proportions.Pairs(
            both: Self.share(known) { $0.passes && $0.baseline?.passes == true },
            first: Self.share(known, \.isFixed), second: Self.share(known, \.isBroken),
            neither: Self.share(known) { !$0.passes && $0.baseline?.passes == false }, count: Self.count(known))
        baseline = pairs.both + pairs.second
        difference = Estimate(pairs.first - pairs.second, bounds: Proportions.difference(pairs))
    }

    /// The share of prompts, by weight, of which something holds; 1 where there are none.
    private static func share(_ prompts: [PromptResult], _ holds: (PromptResult) -> Bool) -> Double {
        let weight = prompts.reduce(0) { $0 + $1.prompt.weight }
        return weight > 0 ? prompts.reduce(0) { $0 + (holds($1) ? $1.prompt.weight : 0) } / weight : 1
    }

    /// Kish's effective size: how many prompts of equal weight tell as much.
    private static func count(_ prompts: [PromptResult]) -> Double {
        let weight = prompts.reduce(0) { $0 + $1.prompt.weight }
        let squares = prompts.reduce(0) { $0 + $1.prompt.weight * $1.prompt.weight }
        return squares > 0 ? weight * weight / squares : 0
    }

    /// Whether the candidate is worse than the baseline, beyond chance.
    package var hasFallen: Bool { (difference?.interval?.upperBound ?? 0) < 0 }

    static func byTag(_ prompts: [PromptResult]) -> [Rate] {
        let tags = Set(prompts.flatMap(\.tags)).sorted()
        return [Rate(nil, prompts)] + tags.map { tag in Rate(tag, prompts.filter { $0.tags.contains(tag) }) }
    }
}
