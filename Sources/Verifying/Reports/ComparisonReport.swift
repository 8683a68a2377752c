import Inference

/// A comparison with another model as `--json` gives it.
struct ComparisonReport: Encodable {
    struct DivergenceReport: Encodable {
        let prompts: Int
        let tokens: Int
        let kld_mean: Double
        let kld_mean_interval: [Double]?
        let kld_p999: Double
        let kld_max: Double
        let top1_agreement: Double
        let same_answers: Double
    }

    struct PromptReport: Encodable {
        let id: String
        let kld_mean: Double
        let kld_max: Double
        /// The first token that is another; none where the answers are the same.
        let first_divergence: Int?
        let tokens: [String]
        let kld: [Double]
    }

    struct TextReport: Encodable {
        let tokens: Int
        let perplexity: Double
        let other_perplexity: Double
        let perplexity_ratio: Double
        let perplexity_ratio_interval: [Double]?
        let kld_mean: Double
        let kld_p999: Double
        let kld_max: Double
        let top1_agreement: Double
    }

    struct TensorReport: Encodable {
        let name: String
        let type: String
        let error: Double
        let bias: Double
    }

    let other: String
    let name: String?
    let all: DivergenceReport?
    let tags: [String: DivergenceReport]
    let prompts: [PromptReport]
    let text: TextReport?
    let tensors: [TensorReport]

    init(_ comparison: Comparison) {
        other = comparison.other.rawValue
        name = comparison.name
        func report(_ found: Divergence) -> DivergenceReport {
            DivergenceReport(
                prompts: found.prompts, tokens: found.tokens, kld_mean: found.mean.value,
                kld_mean_interval: found.mean.ends, kld_p999: found.p999, kld_max: found.largest,
                top1_agreement: found.agreement.value, same_answers: found.sameAnswers)
        }
        all = comparison.divergences.first { $0.tag == nil }.map(report)
        tags = Dictionary(
            comparison.divergences.compactMap { found in found.tag.map { ($0, report(found)) } },
            uniquingKeysWith: { $1 })
        prompts = comparison.prompts.map {
            PromptReport(
                id: $0.id, kld_mean: $0.meanDivergence, kld_max: $0.largestDivergence,
                first_divergence: $0.firstDivergence, tokens: $0.tokens.map(\.text),
                kld: $0.tokens.map(\.divergence))
        }
        text = comparison.text.map {
            TextReport(
                tokens: $0.score.tokens, perplexity: $0.score.perplexity, other_perplexity: $0.reference.perplexity,
                perplexity_ratio: $0.ratio.value, perplexity_ratio_interval: $0.ratio.ends,
                kld_mean: $0.meanDivergence, kld_p999: $0.divergence(at: 0.999), kld_max: $0.largestDivergence,
                top1_agreement: $0.topAgreement)
        }
        tensors = comparison.tensors.map {
            TensorReport(name: $0.name, type: $0.type, error: $0.error, bias: $0.bias)
        }
    }
}
