import Suites

/// What a verification found: yes, or no with its reasons. It is a value; errors are for not being able to decide.
package struct Verdict: Sendable, Equatable {
    /// Why it is no, worst first; empty when it is yes.
    package var reasons: [Reason]
    package var golden: GoldenCheck
    /// Whether the weights came out of the same sources again, byte for byte; nil where nobody tried.
    package var isRebuilt: Bool?
    /// Every prompt that was asked, in the suites' order.
    package var prompts: [PromptResult]
    /// By tag, sorted; the first, with the tag nil, is of all prompts.
    package var rates: [Rate]
    /// Limits that only a baseline can decide, when there was none.
    package var undecided: Int

    package var isYes: Bool { reasons.isEmpty }

    package init(
        reasons: [Reason] = [], golden: GoldenCheck = .skipped, prompts: [PromptResult] = [], rates: [Rate] = [],
        undecided: Int = 0
    ) {
        self.reasons = reasons
        self.golden = golden
        self.prompts = prompts
        self.rates = rates
        self.undecided = undecided
    }
}

/// A reason for no.
package enum Reason: Sendable, Equatable {
    /// The engine's bits are not those recorded at build time: something is damaged.
    case recordedDiffers(suite: String, id: String, difference: RecordedDifference)
    /// The weights, made once more, are others from this part on.
    case rebuiltDiffers(RebuiltPart)
    /// A file that the weights are made from is not the one that the provenance names.
    case sourceDiffers(name: String, SourceDifference)
    /// A prompt was recorded that is not in the suites.
    case recordedMissing(suite: String, id: String)
    /// The baseline answers it, the candidate doesn't.
    case broke(suite: String, id: String, Mismatch)
    /// A prompt of the baseline's suites that the candidate's lack.
    case gone(suite: String, id: String)
    /// A prompt that asks or expects something else than the baseline's of the same id.
    case changed(suite: String, id: String)
    /// A wrong answer, where every prompt has to be answered.
    case failed(suite: String, id: String, Mismatch)
    /// A measure beyond a limit of the gate.
    case limit(measure: String, tag: String?, bound: Bound, found: Double)
}

/// Which of a recorded answer's parts is not the same.
package enum RecordedDifference: String, Sendable, Equatable {
    case tokens, logits
}

/// A part of the weights' file.
package enum RebuiltPart: Sendable, Equatable {
    /// What stands before the tensors.
    case keys
    case tensor(String)
}

/// What has become of a source's file.
package enum SourceDifference: String, Sendable, Equatable {
    case changed, gone, added
}

/// A bound of the gate. Relative ones have been added to the baseline's value.
package enum Bound: Sendable, Equatable {
    case minimum(Double)
    case maximum(Double)
}

/// What became of the first question: is this what was built?
package enum GoldenCheck: Sendable, Equatable {
    case skipped
    /// The bundle has no recorded outputs.
    case absent
    /// So many recorded outputs came out again, of so many.
    case compared(same: Int, of: Int)
}

/// A prompt and its answer.
package struct PromptResult: Sendable, Equatable {
    package let suite: String
    package let id: String
    package let tags: [String]
    package let answer: String
    /// nil if the answer is right.
    package let mismatch: Mismatch?
    /// Whether the baseline answers it; nil without one, or where it has no such prompt.
    package let baselinePasses: Bool?
}

/// How many prompts are answered right.
package struct Rate: Sendable, Equatable {
    package let tag: String?
    package let passed: Int
    package let total: Int
    /// The baseline's share on the same prompts, from 0 to 1.
    package let baseline: Double?

    package var share: Double { total == 0 ? 1 : Double(passed) / Double(total) }
}
