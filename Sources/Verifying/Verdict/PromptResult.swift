import Suites

/// A prompt and its answer.
package struct PromptResult: Sendable, Equatable {
    package let suite: String
    package let prompt: GoldenPrompt
    package let reply: Reply
    /// nil if the answer is right.
    package let mismatch: Mismatch?
    /// What the baseline answers; nil without one.
    package let baseline: BaselineAnswer?

    package var id: String { prompt.id }
    package var tags: [String] { prompt.tags }
    package var answer: String { reply.text }
    package var passes: Bool { mismatch == nil }
    /// The baseline answers it, the candidate doesn't.
    package var isBroken: Bool { !passes && baseline?.passes == true }
    package var isFixed: Bool { passes && baseline?.passes == false }

    package init(suite: String, prompt: GoldenPrompt, reply: Reply, baseline: Reply? = nil) {
        self.suite = suite
        self.prompt = prompt
        self.reply = reply
        mismatch = prompt.mismatch(reply)
        self.baseline = baseline.map { BaselineAnswer(text: $0.text, mismatch: prompt.mismatch($0)) }
    }
}

/// What a baseline answers to a prompt.
package struct BaselineAnswer: Sendable, Equatable {
    package let text: String
    package let mismatch: Mismatch?

    package var passes: Bool { mismatch == nil }
}
