import Inference
import Suites
import Verifying

extension Verdict {
    /// How many reasons people see at once; `--json` and JUnit have them all.
    static let shownReasons = 3

    /// The verdict for people: yes or no first, the three worst things next, then figures.
    func text(of name: String, _ paint: Paint = .none) -> String {
        var lines = ["\(name): \(isYes ? paint("yes", .good) : paint("no", .bad))"]
        lines += worst.map { "  " + $0 }
        switch golden {
        case .compared(let same, let total): lines.append("recorded outputs: \(same) of \(total) the same, bit for bit")
        case .absent: lines.append("recorded outputs: none in the bundle")
        case .skipped: lines.append("recorded outputs: not compared")
        }
        if let isRebuilt { lines.append("weights made anew: \(isRebuilt ? "the same" : "different")") }
        if !prompts.isEmpty { lines += rateTable.lines(paint) }
        for comparison in comparisons where !comparison.prompts.isEmpty {
            lines += ["beside the \(comparison.title), token by token:"]
            lines += comparison.table(tags: Self.shownReasons).lines(paint)
        }
        for comparison in comparisons {
            if let text = comparison.text {
                lines.append("text: \(text.words(comparison.title))")
            }
        }
        if let text, comparisons.allSatisfy({ $0.text == nil }) {
            lines.append("text: perplexity \(fixed(text.perplexity, 4)) over \(count(text.tokens, "token"))")
        }
        lines += limits.map { "limit \($0.outcome.rawValue): \($0.words)" }
        if let resources { lines.append(resources.words) }
        let tolerated = isYes ? prompts.filter { !$0.passes } : []
        if !tolerated.isEmpty { lines.append("wrong, within the gate: \(tolerated.map(\.id).joined(separator: ", "))") }
        return lines.joined(separator: "\n")
    }

    /// The worst things with an example, how many more there are, and what may be why.
    var worst: [String] {
        let reasons = reasons + unstated
        let shown = reasons.prefix(Self.shownReasons)
        var lines = weakestTags.map { [$0] } ?? []
        for (reason, example) in zip(shown, examples(of: shown)) {
            lines.append(reason.words)
            if let example { lines.append("  " + example.exampleWords) }
        }
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

    /// For each reason that is about a tag's prompts, one of them that is wrong; none twice.
    func examples(of reasons: ArraySlice<Reason>) -> [PromptResult?] {
        var told: Set<String> = []
        return reasons.map { reason in
            guard let tag = reason.tag else { return nil }
            let wrong = prompts.filter { $0.tags.contains(tag) && !$0.passes && !told.contains($0.id) }
            let example = wrong.first(where: \.isBroken) ?? wrong.first
            if let example { told.insert(example.id) }
            return example
        }
    }

    /// The tags of which most is wrong, where no reason names a tag.
    var weakestTags: String? {
        guard !isYes, reasons.allSatisfy({ $0.tag == nil }) else { return nil }
        let wrong = ratesWorstFirst.filter { $0.tag != nil && $0.passed < $0.total }
        guard !wrong.isEmpty else { return nil }
        let words = wrong.prefix(Self.shownReasons).map { "\($0.tag ?? "") \($0.passed) of \($0.total)" }
        return "weakest: " + words.joined(separator: ", ") + " right"
    }

    /// All prompts first, then the tags, those first that fell farthest or of which most is wrong.
    var ratesWorstFirst: [Rate] {
        let ranked = rates.enumerated().map { place, rate in
            (rate, rate.tag == nil ? 0 : 1, rate.difference?.value ?? 0, rate.share.value, place)
        }
        return ranked.sorted { ($0.1, $0.2, $0.3, $0.4) < ($1.1, $1.2, $1.3, $1.4) }.map(\.0)
    }

    /// Shares by tag, beside the baseline's; tags of which all is right as before are one row.
    var rateTable: TextTable {
        let hasBaseline = rates.contains { $0.baseline != nil }
        var table = TextTable(
            ["tag", "right", "of", "share", "95 %"] + (hasBaseline ? ["baseline", "broke", "fixed"] : []))
        let dull = rates.filter { $0.tag != nil && $0.passed == $0.total && $0.broken + $0.fixed == 0 }
        for rate in ratesWorstFirst where dull.count < 2 || !dull.contains(rate) {
            let interval = rate.share.interval.map { "\(short($0.lowerBound))–\(short($0.upperBound))" } ?? ""
            table.add(
                [rate.tag ?? "all prompts", "\(rate.passed)", "\(rate.total)", percent(rate.share.value, decimals: 1)]
                    + [interval]
                    + (hasBaseline
                        ? [
                            rate.baseline.map { percent($0, decimals: 1) } ?? "–", "\(rate.broken)", "\(rate.fixed)",
                        ] : []))
        }
        if dull.count > 1 {
            let all = percent(1, decimals: 1)
            table.add(["\(dull.count) more tags", "all", "", all, ""] + (hasBaseline ? [all, "0", "0"] : []))
        }
        return table
    }

    private func short(_ share: Double) -> String { fixed(share * 100, 0) }
}

extension PromptResult {
    /// What was asked, expected and answered, as an example of others.
    var exampleWords: String {
        "for example \(id): asked \(quoted(prompt.input.asked)), \(mismatch?.words ?? "answered \(quoted(answer))")"
    }
}

extension Comparison {
    /// Whom the candidate stands beside.
    var title: String { other.rawValue + (name.map { " " + $0 } ?? "") }

    /// All prompts first, then the tags, the farthest first.
    var divergencesWorstFirst: [Divergence] {
        divergences.filter { $0.tag == nil }
            + divergences.filter { $0.tag != nil }.sorted {
                ($1.mean.value, $0.tag ?? "") < ($0.mean.value, $1.tag ?? "")
            }
    }

    /// Divergences of all prompts and of so many tags.
    func table(tags: Int = .max) -> TextTable {
        var table = TextTable(["tag", "tokens", "KLD mean", "±", "99.9 %", "largest", "same top token", "same answers"])
        for (place, found) in divergencesWorstFirst.enumerated() where place <= tags {
            table.add([
                found.tag ?? "all prompts", "\(found.tokens)", fixed(found.mean.value, 5),
                found.mean.interval.map { fixed($0.upperBound - found.mean.value, 5) } ?? "–", fixed(found.p999, 4),
                fixed(found.largest, 4), percent(found.agreement.value, decimals: 2),
                percent(found.sameAnswers, decimals: 1),
            ])
        }
        return table
    }
}

extension TextComparison {
    /// The text's figures on one line.
    func words(_ title: String) -> String {
        "perplexity \(fixed(score.perplexity, 4)), \(fixed(perplexityRatio, 4)) times the \(title)'s; "
            + "KLD mean \(fixed(meanDivergence, 5)), 99.9 % \(fixed(divergence(at: 0.999), 4)), "
            + "largest \(fixed(largestDivergence, 4)); same top token \(percent(topAgreement))"
    }
}

extension Resources {
    /// Size, speed and memory on one line, beside the baseline's.
    var words: String {
        var parts = [beside("\(megabytes(size)) of weights", baselineSize.map(megabytes))]
        if let tokensPerSecond {
            let before = baselineTokensPerSecond.map { grouped(Int($0)) }
            parts.append(beside("\(grouped(Int(tokensPerSecond))) tokens a second", before))
        }
        if let peakMemory { parts.append("\(megabytes(peakMemory)) of memory") }
        return parts.joined(separator: ", ")
    }

    private func beside(_ words: String, _ baseline: String?) -> String {
        words + (baseline.map { " (baseline \($0))" } ?? "")
    }
}
