import Inference
import Suites
import Verifying

extension Verdict {
    /// How many reasons people see at once; `--json` and JUnit have them all.
    static let shownReasons = 3

    /// The verdict for people: yes or no first, the three worst things next, then figures.
    func text(of name: String) -> String {
        var lines = ["\(name): \(isYes ? "yes" : "no")"]
        lines += worst.map { "  " + $0 }
        switch golden {
        case .compared(let same, let total): lines.append("recorded outputs: \(same) of \(total) the same, bit for bit")
        case .absent: lines.append("recorded outputs: none in the bundle")
        case .skipped: lines.append("recorded outputs: not compared")
        }
        if let isRebuilt { lines.append("weights made anew: \(isRebuilt ? "the same" : "different")") }
        if !prompts.isEmpty { lines += rateTable.lines }
        for comparison in comparisons where !comparison.prompts.isEmpty {
            lines += ["beside the \(comparison.title), token by token:"] + comparison.table.lines
        }
        for comparison in comparisons { if let text = comparison.text { lines.append(text.words(comparison.title)) } }
        if let text, comparisons.allSatisfy({ $0.text == nil }) {
            lines.append("text: perplexity \(fixed(text.perplexity, 4)) over \(count(text.tokens, "token"))")
        }
        lines += limits.map { "limit \($0.outcome.rawValue): \($0.words)" }
        if let resources { lines.append(resources.words) }
        let tolerated = isYes ? prompts.filter { !$0.passes } : []
        if !tolerated.isEmpty { lines.append("wrong, within the gate: \(tolerated.map(\.id).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    /// The worst things, how many more there are, and what may be why.
    var worst: [String] {
        let reasons = reasons + unstated
        var lines = reasons.prefix(Self.shownReasons).map(\.words)
        if reasons.count > Self.shownReasons {
            lines.append("and \(count(reasons.count - Self.shownReasons, "more reason"))")
        }
        let stated = Set(self.reasons.map(\.words))
        let causes = isYes ? [] : clues.map(\.words).filter { !stated.contains($0) }
        lines += causes.prefix(Self.shownReasons).map { "perhaps because: \($0)" }
        return lines
    }

    /// Where the answer is no by a gate's limits, which name no prompts: those that broke, or, without a baseline, those
    /// that were answered wrong.
    private var unstated: [Reason] {
        let stated = Set(reasons.map(\.kind))
        guard !isYes, stated.isDisjoint(with: ["broke", "failed"]), stated.contains("limit") else { return [] }
        return prompts.compactMap { prompt in
            guard let mismatch = prompt.mismatch, prompt.baseline?.passes != false else { return nil }
            return prompt.isBroken
                ? .broke(suite: prompt.suite, id: prompt.id, mismatch)
                : .failed(suite: prompt.suite, id: prompt.id, mismatch)
        }
    }

    /// Shares by tag, beside the baseline's.
    var rateTable: TextTable {
        let hasBaseline = rates.contains { $0.baseline != nil }
        var table = TextTable(
            ["tag", "right", "of", "share", "95 %"] + (hasBaseline ? ["baseline", "broke", "fixed"] : []))
        for rate in rates {
            let interval = rate.share.interval.map { "\(short($0.lowerBound))–\(short($0.upperBound))" } ?? ""
            table.add(
                [rate.tag ?? "all", "\(rate.passed)", "\(rate.total)", percent(rate.share.value), interval]
                    + (hasBaseline ? [rate.baseline.map(percent) ?? "–", "\(rate.broken)", "\(rate.fixed)"] : []))
        }
        return table
    }

    private func short(_ share: Double) -> String { fixed(share * 100, 0) }
}

extension Comparison {
    /// Whom the candidate stands beside.
    var title: String { other.rawValue + (name.map { " " + $0 } ?? "") }

    /// Divergences by tag.
    var table: TextTable {
        var table = TextTable(["tag", "tokens", "KLD mean", "±", "99.9 %", "largest", "same top token", "same answers"])
        for found in divergences {
            table.add([
                found.tag ?? "all", "\(found.tokens)", fixed(found.mean.value, 5),
                found.mean.interval.map { fixed($0.upperBound - found.mean.value, 5) } ?? "–", fixed(found.p999, 4),
                fixed(found.largest, 4), percent(found.agreement.value), percent(found.sameAnswers),
            ])
        }
        return table
    }
}

extension TextComparison {
    /// The text's figures on one line.
    func words(_ title: String) -> String {
        "text, beside the \(title): perplexity \(fixed(score.perplexity, 4)), \(fixed(perplexityRatio, 4)) times; "
            + "KLD mean \(fixed(meanDivergence, 5)), 99.9 % \(fixed(divergence(at: 0.999), 4)), "
            + "largest \(fixed(largestDivergence, 4)); same top token \(percent(topAgreement))"
    }
}

extension Resources {
    /// Size, speed and memory on one line, beside the baseline's.
    var words: String {
        var parts = [beside("\(size) bytes", baselineSize.map { "\($0)" })]
        if let tokensPerSecond {
            parts.append(
                beside("\(fixed(tokensPerSecond, 0)) tokens a second", baselineTokensPerSecond.map { fixed($0, 0) }))
        }
        if let peakMemory { parts.append("\(peakMemory >> 20) MiB of memory") }
        return parts.joined(separator: ", ")
    }

    private func beside(_ words: String, _ baseline: String?) -> String {
        words + (baseline.map { " (baseline \($0))" } ?? "")
    }
}
