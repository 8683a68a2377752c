/// What a gate can limit.
package enum Measure: String, Sendable, CaseIterable {
    /// The share of prompts that are answered right, by weight.
    case passRate = "pass_rate"
    /// Kullback–Leibler divergence on the tokens of the other model's answers, in nats.
    case meanDivergence = "kld_mean"
    case tailDivergence = "kld_p999"
    case largestDivergence = "kld_max"
    /// The share of those tokens at which both models find the same one likeliest.
    case agreement = "top1_agreement"
    /// The share of prompts to which both give the same answer.
    case sameAnswers = "same_answers"
    /// The same on the tokens of the text.
    case textMeanDivergence = "text_kld_mean"
    case textTailDivergence = "text_kld_p999"
    case textLargestDivergence = "text_kld_max"
    case textAgreement = "text_top1_agreement"
    /// Of the text.
    case perplexity = "perplexity"
    /// The candidate's perplexity by the other model's.
    case perplexityRatio = "perplexity_ratio"
    /// Bytes of the weights' file, and by the baseline's.
    case size = "size_bytes"
    case sizeRatio = "size_ratio"
    /// Tokens read and written in a second over all prompts, and by the baseline's: these differ from run to run.
    case speed = "tokens_per_second"
    case speedRatio = "speed_ratio"
    case peakMemory = "peak_memory_bytes"

    package static let names = allCases.map(\.rawValue)

    /// Whether it is told of the prompts of one tag.
    package var hasTags: Bool {
        switch self {
        case .passRate, .meanDivergence, .tailDivergence, .largestDivergence, .agreement, .sameAnswers: true
        default: false
        }
    }

    /// Whether it compares with another model, which may be the reference.
    package var compares: Bool {
        switch self {
        case .passRate, .perplexity, .size, .sizeRatio, .speed, .speedRatio, .peakMemory: false
        default: true
        }
    }

    /// Whether a limit may be a difference from the baseline's own value.
    package var hasBaselineValue: Bool {
        switch self {
        case .passRate, .perplexity, .size, .speed: true
        default: false
        }
    }
}
