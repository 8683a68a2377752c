import Inference
import Suites

/// A verdict as `--json` gives it; docs/schemas/verdict.schema.json says the same.
///
/// Two runs on the same files give the same bytes but for `run`, which tells what differs: time and memory.
package struct VerdictReport: Encodable {
    struct Golden: Encodable {
        let status: String
        var same: Int?
        var total: Int?
    }

    struct ClueReport: Encodable {
        let kind: String
        let other: String
        let text: String
    }

    struct TagReport: Encodable {
        let passed: Int
        let total: Int
        let pass_rate: Double
        let interval: [Double]?
        let baseline_pass_rate: Double?
        let difference: Double?
        let difference_interval: [Double]?
        let broken: Int
        let fixed: Int
    }

    struct PromptReport: Encodable {
        let suite: String
        let id: String
        let file: String?
        let line: Int?
        let tags: [String]
        let passed: Bool
        let expected: String?
        let answer: String
        let baseline_passed: Bool?
        let baseline_answer: String?
    }

    struct LimitReport: Encodable {
        let measure: String
        let tag: String?
        let against: String?
        let relative: Bool
        let minimum: Double?
        let maximum: Double?
        let found: Double?
        let interval: [Double]?
        let outcome: String
    }

    struct RunReport: Encodable {
        let tokens_per_second: Double?
        let baseline_tokens_per_second: Double?
        let peak_memory_bytes: Int?
    }

    let verdict: String
    let reasons: [VerdictReason]
    let clues: [ClueReport]
    let golden: Golden
    /// `same` or `different`, where the weights were made anew.
    let rebuild: String?
    let all: TagReport?
    let tags: [String: TagReport]
    let prompts: [PromptReport]
    let comparisons: [ComparisonReport]
    let limits: [LimitReport]
    /// Limits of the gate that need a baseline, reference or text, and had none.
    let undecided_limits: Int
    let perplexity: Double?
    let size_bytes: Int?
    let baseline_size_bytes: Int?
    let run: RunReport?

    package init(_ verdict: Verdict) {
        self.verdict = verdict.isYes ? "yes" : "no"
        reasons = verdict.reasons.map(VerdictReason.init)
        clues = verdict.clues.map { ClueReport(kind: $0.kind, other: $0.other.rawValue, text: $0.words) }
        golden =
            switch verdict.golden {
            case .skipped: Golden(status: "skipped")
            case .absent: Golden(status: "absent")
            case .compared(let same, let total):
                Golden(status: same == total ? "same" : "different", same: same, total: total)
            }
        rebuild = verdict.isRebuilt.map { $0 ? "same" : "different" }
        all = verdict.rates.first { $0.tag == nil }.map(TagReport.init)
        tags = Dictionary(
            verdict.rates.compactMap { rate in rate.tag.map { ($0, TagReport(rate)) } }, uniquingKeysWith: { $1 })
        prompts = verdict.prompts.map(PromptReport.init)
        comparisons = verdict.comparisons.map(ComparisonReport.init)
        limits = verdict.limits.map(LimitReport.init)
        undecided_limits = verdict.undecided
        perplexity = verdict.text?.perplexity
        size_bytes = verdict.resources?.size
        baseline_size_bytes = verdict.resources?.baselineSize
        run = verdict.resources.map {
            RunReport(
                tokens_per_second: $0.tokensPerSecond, baseline_tokens_per_second: $0.baselineTokensPerSecond,
                peak_memory_bytes: $0.peakMemory)
        }
    }
}

extension VerdictReport.TagReport {
    fileprivate init(_ rate: Rate) {
        self.init(
            passed: rate.passed, total: rate.total, pass_rate: rate.share.value, interval: rate.share.ends,
            baseline_pass_rate: rate.baseline, difference: rate.difference?.value,
            difference_interval: rate.difference?.ends, broken: rate.broken, fixed: rate.fixed)
    }
}

extension VerdictReport.PromptReport {
    fileprivate init(_ prompt: PromptResult) {
        self.init(
            suite: prompt.suite, id: prompt.id, file: prompt.prompt.place?.file, line: prompt.prompt.place?.line,
            tags: prompt.tags, passed: prompt.passes, expected: prompt.mismatch?.problem.expected,
            answer: prompt.answer, baseline_passed: prompt.baseline?.passes, baseline_answer: prompt.baseline?.text)
    }
}

extension VerdictReport.LimitReport {
    fileprivate init(_ result: LimitResult) {
        let limit = result.limit
        self.init(
            measure: limit.measure, tag: limit.tag, against: limit.against, relative: limit.relative,
            minimum: limit.minimum, maximum: limit.maximum, found: result.found?.value,
            interval: result.found?.ends, outcome: result.outcome.rawValue)
    }
}

extension Estimate {
    /// The interval's ends.
    var ends: [Double]? { interval.map { [$0.lowerBound, $0.upperBound] } }
}
