import Suites

/// The candidate's suites beside the baseline's: both are asked.
struct SuiteDifference {
    /// Every prompt once: the candidate's, then those that only the baseline has, or has otherwise.
    let prompts: [(suite: String, prompt: GoldenPrompt)]
    /// Gone prompts, then changed ones.
    let reasons: [Reason]

    /// - Parameter allowed: ids of prompts that may be gone or changed; the baseline's are not asked then.
    init(candidate: [Suite], baseline: [Suite], allowing allowed: Set<String>) {
        var prompts = candidate.flatMap { suite in suite.prompts.map { (suite: suite.name, prompt: $0) } }
        let known = Dictionary(prompts.map { ($0.prompt.id, $0.prompt) }, uniquingKeysWith: { first, _ in first })
        var gone: [Reason] = []
        var changed: [Reason] = []
        for suite in baseline {
            for prompt in suite.prompts where !allowed.contains(prompt.id) {
                let other = known[prompt.id]
                if let other, other.isSameQuestion(as: prompt) { continue }
                if other == nil {
                    gone.append(.gone(suite: suite.name, id: prompt.id))
                } else {
                    changed.append(.changed(suite: suite.name, id: prompt.id))
                }
                prompts.append((suite.name, prompt))
            }
        }
        self.prompts = prompts
        reasons = gone + changed
    }
}
