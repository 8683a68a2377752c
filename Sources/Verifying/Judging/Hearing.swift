import Inference
import Suites

/// Puts prompts to the candidate and to the models beside it, some at a time, and compares them token by token.
struct Hearing {
    let candidate: Respondent
    let baseline: Respondent?
    let reference: Respondent?
    /// Told how many more questions have been answered each time, of how many in all.
    let onProgress: (Int, Int) throws -> Void

    struct Testimony {
        var replies: [Reply] = []
        /// As many as replies where there is a baseline.
        var baselineReplies: [Reply] = []
        /// By the other model; as many as prompts each.
        var comparisons: [Comparison.Other: [[TokenComparison]?]] = [:]
    }

    /// Bytes of logits that are held at once.
    static let memory = 256 << 20

    func hear(_ prompts: [GoldenPrompt]) throws -> Testimony {
        let others: [(Comparison.Other, Respondent)] =
            [(.baseline, baseline), (.reference, reference)].compactMap { other, respondent in
                respondent.map { (other, $0) }
            }
        let total = prompts.count * (1 + others.count)
        var testimony = Testimony()
        for (other, _) in others { testimony.comparisons[other] = [] }
        for wave in waves(prompts, isCompared: !others.isEmpty) {
            let questions = prompts[wave].map(\.question)
            var logits: [[AnswerLogits?]] = questions.map { _ in [] }
            for (other, respondent) in others {
                let found = try ask(respondent, questions.map { AskingTask($0, keepsLogits: true) }, of: total)
                for (index, result) in found.enumerated() { logits[index].append(result.logits) }
                if other == .baseline { testimony.baselineReplies += found.map(\.reply) }
            }
            let tasks = zip(questions, logits).map { AskingTask($0, others: $1) }
            let found = try ask(candidate, tasks, of: total)
            testimony.replies += found.map(\.reply)
            for (number, (other, _)) in others.enumerated() {
                testimony.comparisons[other]? += found.map { $0.comparisons[number] }
            }
        }
        return testimony
    }

    private func ask(_ respondent: Respondent, _ tasks: [AskingTask], of total: Int) throws -> [AskingResult] {
        var results = [AskingResult?](repeating: nil, count: tasks.count)
        try respondent.perform(tasks) { index, result in
            results[index] = result
            try onProgress(1, total)
        }
        return results.compactMap { $0 }
    }

    /// Prompts that are heard together: as many as their logits allow.
    private func waves(_ prompts: [GoldenPrompt], isCompared: Bool) -> [Range<Int>] {
        guard isCompared, !prompts.isEmpty else { return prompts.isEmpty ? [] : [0..<prompts.count] }
        var waves: [Range<Int>] = []
        var start = 0, bytes = 0
        for (index, prompt) in prompts.enumerated() {
            let needed = 4 * (prompt.maxTokens + 1) * (candidate.vocabulary ?? 1)
            if index > start, bytes + needed > Self.memory {
                waves.append(start..<index)
                (start, bytes) = (index, 0)
            }
            bytes += needed
        }
        return waves + [start..<prompts.count]
    }
}
