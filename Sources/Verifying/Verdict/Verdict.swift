import Inference
import Suites

/// What a verification found: yes, or no with its reasons. It is a value; errors are for not being able to decide.
package struct Verdict: Sendable, Equatable {
    /// Why it is no, worst first; empty when it is yes.
    package var reasons: [Reason]
    /// What is otherwise than in the baseline or the reference, and may be why.
    package var clues: [Clue]
    package var golden: GoldenCheck
    /// Whether the weights came out of the same sources again, byte for byte; nil where nobody tried.
    package var isRebuilt: Bool?
    /// Every prompt that was asked, in the suites' order.
    package var prompts: [PromptResult]
    /// By tag, sorted; the first, with the tag nil, is of all prompts.
    package var rates: [Rate]
    /// With the baseline, then with the reference, as far as there are any.
    package var comparisons: [Comparison]
    /// How well the model foretells the text, where there is one.
    package var text: TextScore?
    /// What became of each limit of the gate.
    package var limits: [LimitResult]
    package var resources: Resources?

    package var isYes: Bool { reasons.isEmpty }

    /// How many limits only a baseline, reference or text could decide, and had none.
    package var undecided: Int { limits.count { $0.outcome == .undecided } }

    package init(
        reasons: [Reason] = [], golden: GoldenCheck = .skipped, prompts: [PromptResult] = [], rates: [Rate] = [],
        limits: [LimitResult] = []
    ) {
        self.reasons = reasons
        self.golden = golden
        self.prompts = prompts
        self.rates = rates
        self.limits = limits
        clues = []
        comparisons = []
    }
}

/// What became of the first question: is this what was built?
package enum GoldenCheck: Sendable, Equatable {
    case skipped
    /// The bundle has no recorded outputs.
    case absent
    /// So many recorded outputs came out again, of so many.
    case compared(same: Int, of: Int)
}

/// What the model needs; times differ from run to run, so nothing else may depend on them.
package struct Resources: Sendable, Equatable {
    /// Of the weights' file, in bytes; and the baseline's.
    package var size: Int
    package var baselineSize: Int?
    /// Tokens that were read and written in a second, over all prompts.
    package var tokensPerSecond: Double?
    package var baselineTokensPerSecond: Double?
    /// The most memory that this process has held, in bytes.
    package var peakMemory: Int?

    package init(size: Int) { self.size = size }
}
