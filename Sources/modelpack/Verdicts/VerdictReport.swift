import Suites
import Verifying

/// A verdict as `--json` gives it.
struct VerdictReport: Encodable {
    struct Golden: Encodable {
        let status: String
        var same: Int?
        var total: Int?
    }

    struct ReasonReport: Encodable {
        let kind: String
        let text: String
    }

    struct TagReport: Encodable {
        let passed: Int
        let total: Int
        let pass_rate: Double
        let baseline_pass_rate: Double?
    }

    struct PromptReport: Encodable {
        let suite: String
        let id: String
        let passed: Bool
        let answer: String
        let baseline_passed: Bool?
    }

    let verdict: String
    let reasons: [ReasonReport]
    let golden: Golden
    /// `same` or `different`, where the weights were made anew.
    let rebuild: String?
    let all: TagReport?
    let tags: [String: TagReport]
    let prompts: [PromptReport]
    /// Limits of the gate that need a baseline, and had none.
    let undecided_limits: Int

    init(_ verdict: Verdict) {
        self.verdict = verdict.isYes ? "yes" : "no"
        reasons = verdict.reasons.map { ReasonReport(kind: $0.kind, text: $0.words) }
        golden =
            switch verdict.golden {
            case .skipped: Golden(status: "skipped")
            case .absent: Golden(status: "absent")
            case .compared(let same, let total):
                Golden(status: same == total ? "same" : "different", same: same, total: total)
            }
        rebuild = verdict.isRebuilt.map { $0 ? "same" : "different" }
        func report(_ rate: Rate) -> TagReport {
            TagReport(
                passed: rate.passed, total: rate.total, pass_rate: rate.share, baseline_pass_rate: rate.baseline)
        }
        all = verdict.rates.first { $0.tag == nil }.map(report)
        tags = Dictionary(
            verdict.rates.compactMap { rate in rate.tag.map { ($0, report(rate)) } }, uniquingKeysWith: { $1 })
        prompts = verdict.prompts.map {
            PromptReport(
                suite: $0.suite, id: $0.id, passed: $0.mismatch == nil, answer: $0.answer,
                baseline_passed: $0.baselinePasses)
        }
        undecided_limits = verdict.undecided
    }
}

extension Verdict {
    /// The verdict for people: yes or no first, the worst next, then shares by tag.
    func text(of name: String) -> String {
        var lines = ["\(name): \(isYes ? "yes" : "no")"]
        lines += (reasons + unstated).map { "  \($0.words)" }
        switch golden {
        case .compared(let same, let total): lines.append("recorded outputs: \(same) of \(total) the same, bit for bit")
        case .absent: lines.append("recorded outputs: none in the bundle")
        case .skipped: lines.append("recorded outputs: not compared")
        }
        if let isRebuilt { lines.append("weights made anew: \(isRebuilt ? "the same" : "different")") }
        if undecided > 0 { lines.append("limits not applied for want of a baseline: \(undecided)") }
        if !prompts.isEmpty { lines += table() }
        let tolerated = isYes ? prompts.filter { $0.mismatch != nil } : []
        if !tolerated.isEmpty { lines.append("wrong, within the gate: \(tolerated.map(\.id).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    /// Where the answer is no by a gate's limits, which name no prompts: those that broke, or, without a baseline, those
    /// that were answered wrong.
    private var unstated: [Reason] {
        let stated = Set(reasons.map(\.kind))
        guard !isYes, stated.isDisjoint(with: ["broke", "failed"]) else { return [] }
        return prompts.compactMap { prompt in
            guard let mismatch = prompt.mismatch, prompt.baselinePasses != false else { return nil }
            return prompt.baselinePasses == true
                ? .broke(suite: prompt.suite, id: prompt.id, mismatch)
                : .failed(suite: prompt.suite, id: prompt.id, mismatch)
        }
    }

    private func table() -> [String] {
        let hasBaseline = rates.contains { $0.baseline != nil }
        var rows = [["tag", "right", "of", "share"] + (hasBaseline ? ["baseline"] : [])]
        for rate in rates {
            rows.append(
                [rate.tag ?? "all", "\(rate.passed)", "\(rate.total)", percent(rate.share)]
                    + (hasBaseline ? [rate.baseline.map(percent) ?? "–"] : []))
        }
        let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
        return rows.map { row in
            row.enumerated().map { column, cell in
                let space = String(repeating: " ", count: widths[column] - cell.count)
                return column == 0 ? cell + space : space + cell
            }.joined(separator: "  ")
        }
    }
}
