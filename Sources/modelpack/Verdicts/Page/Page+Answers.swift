import Inference
import Suites
import Verifying

extension VerdictPage {
    /// Right answers by tag, the worst first, beside the baseline's.
    var rates: HTML? {
        guard !verdict.prompts.isEmpty else { return nil }
        let hasBaseline = verdict.rates.contains { $0.baseline != nil }
        let rows = verdict.ratesWorstFirst.map { rate -> [HTML] in
            let bar = Chart.bar(rate.share.value, baseline: rate.baseline, isBad: rate.hasFallen)
            var row: [HTML] = ["\(rate.tag ?? "all prompts")", bar, "\(rate.passed) of \(rate.total)"]
            if hasBaseline { row.append(rate.broken > 0 ? "<b class=\"no\">\(rate.broken)</b>" : "0") }
            if hasBaseline { row.append(rate.fixed > 0 ? "<b class=\"yes\">\(rate.fixed)</b>" : "0") }
            row.append("\(percent(rate.share.value, decimals: 1))")
            if hasBaseline { row.append("\(rate.baseline.map { percent($0, decimals: 1) } ?? "–")") }
            return row
        }
        let heads =
            hasBaseline
            ? ["tag", "", "right", "broke", "fixed", "share", "baseline"] : ["tag", "", "right", "share"]
        let key: HTML? =
            hasBaseline
            ? "<p class=\"dim\">The upright line is where the baseline stands; red fell by more than chance.</p>\n"
            : nil
        return "<h2>Right answers by tag</h2>\n\(key)\(table("Right answers by tag", heads, rows))"
    }

    /// The gate's limits.
    var limits: HTML? {
        guard !verdict.limits.isEmpty else { return nil }
        let items = verdict.limits.map { limit -> HTML in
            let style = limit.outcome == .broken ? "no" : limit.outcome == .kept ? "yes" : "dim"
            return "<li><b class=\"\(style)\">\(limit.outcome.rawValue)</b> \(limit.words)</li>\n"
        }
        return "<h2>Gate</h2>\n<ul>\(items)</ul>\n"
    }

    /// Each wrong answer beside what was expected; what broke comes first.
    var wrongAnswers: HTML? {
        let wrong = verdict.prompts.filter(\.isBroken) + verdict.prompts.filter { !$0.passes && !$0.isBroken }
        guard !wrong.isEmpty else { return nil }
        let open = wrong.prefix(Self.openAnswers), folded = wrong.dropFirst(open.count).prefix(Self.shownAnswers)
        let more = wrong.count - open.count - folded.count
        return """
            <h2>Wrong answers</h2>
            \(verdict.comparisons.contains { !$0.prompts.isEmpty } ? key : nil)\
            \(open.map(article))\
            \(folded.isEmpty ? nil : fold(count(folded.count, "more wrong answer"), "\(folded.map(article))"))\
            \(more > 0 ? "<p>And \(more) more, which the JSON report has.</p>\n" : nil)
            """
    }

    /// What the colours of tokens mean.
    private var key: HTML {
        """
        <p class="key dim">The other model's answers are coloured by how much this model disagrees (KL divergence in nats):
        <span class="t1">0.02</span> <span class="t2">0.1</span> <span class="t3">0.5</span> \
        <span class="t4">2 and more</span></p>

        """
    }

    /// What was expected and what came, each with the part marked that the other has otherwise.
    private func pair(_ result: PromptResult) -> (expected: HTML, answered: HTML) {
        guard case .differs(let expected)? = result.mismatch?.problem else {
            let expected = result.mismatch.map { $0.problem.expected + $0.problem.remark } ?? ""
            return ("\(expected)", "\(result.answer)")
        }
        return (marked(expected, against: result.answer), marked(result.answer, against: expected))
    }

    /// A wrong answer in a few lines, as an example of others.
    func brief(_ result: PromptResult) -> HTML {
        let (expected, answered) = pair(result)
        return """
            <p>for example “\(result.prompt.input.asked)” <span class="dim">(\(result.id))</span></p>
            <dl><dt class="dim">expected</dt><dd class="wanted"><code>\(expected)</code></dd>\
            <dt class="dim">answered</dt><dd class="came"><code>\(answered)</code></dd></dl>
            """
    }

    private func article(_ result: PromptResult) -> HTML {
        let place = result.prompt.place.map { "\($0.file):\($0.line)" } ?? result.suite
        let (expected, answered) = pair(result)
        var sides = [side("expected", style: "wanted", expected), side("answered", style: "came", answered)]
        // What it should have said is seen from the baseline, where nothing says it word by word.
        if case .differs? = result.mismatch?.problem {
        } else if let baseline = result.baseline {
            sides.append(side("the baseline answered", "\(baseline.text)"))
        }
        let turns = result.prompt.input.turns
        let all = turns.map { "\($0.role): \($0.text)" }.joined(separator: "\n")
        return """
            <article>
            <h3>\(result.id)\(result.isBroken ? " <span class=\"no\">broke</span>" : nil) \
            <span class="dim">\(result.tags.joined(separator: ", ")) · \(place)</span></h3>
            <p class="asked">“\(result.prompt.input.asked)”</p>
            \(turns.count > 1 ? fold("the whole conversation", "<pre>\(all)</pre>") : nil)\
            <div class="sides">\(sides)</div>
            \(verdict.comparisons.compactMap { disagreement(result, $0) })</article>

            """
    }

    /// The other model's answer, where this one thinks otherwise of it.
    private func disagreement(_ result: PromptResult, _ comparison: Comparison) -> HTML? {
        let found = comparison.prompts.first { $0.id == result.id && $0.suite == result.suite }
        guard let found, found.largestDivergence >= Self.heats[0] else { return nil }
        return """
            <div class="other"><span class="dim">where it parts from the \(comparison.other.rawValue)</span>\
            <pre>\(coloured(found.tokens))</pre></div>

            """
    }

    private func side(_ title: String, style: String = "", _ text: HTML) -> HTML {
        "<div class=\"\(style)\"><span class=\"dim\">\(title)</span><pre>\(text)</pre></div>"
    }

    /// `text` with the part marked that `other` has otherwise: the words between their common beginning and end.
    private func marked(_ text: String, against other: String) -> HTML {
        let mine = Array(text), theirs = Array(other)
        let shorter = min(mine.count, theirs.count)
        var start = 0
        while start < shorter, mine[start] == theirs[start] { start += 1 }
        var end = 0
        while end < shorter - start, mine[mine.count - 1 - end] == theirs[theirs.count - 1 - end] { end += 1 }
        func isInWord(_ place: Int) -> Bool {
            mine.indices.contains(place) && (mine[place].isLetter || mine[place].isNumber || mine[place] == "_")
        }
        while start > 0, isInWord(start - 1) { start -= 1 }
        while end > 0, isInWord(mine.count - end) { end -= 1 }
        let middle = String(mine[start..<mine.count - end])
        return """
            \(String(mine[..<start]))\(middle.isEmpty ? nil : "<mark>\(middle)</mark>")\
            \(String(mine[(mine.count - end)...]))
            """
    }

    /// Divergences in nats from which on tokens get the next colour.
    static let heats = [0.02, 0.1, 0.5, 2]

    /// Tokens, the redder the more the candidate thinks otherwise.
    func coloured(_ tokens: [TokenComparison]) -> HTML {
        let spans = tokens.map { token -> HTML in
            let heat = Self.heats.count { token.divergence >= $0 }
            guard heat > 0 else { return "\(token.text)" }
            let title =
                "KLD \(fixed(token.divergence, 3)); costs \(fixed(token.nll, 2)) for \(fixed(token.otherNLL, 2)) nats"
            return "<span class=\"t\(heat)\" title=\"\(title)\">\(token.text)</span>"
        }
        return "\(spans)"
    }

    /// Every prompt on a line.
    var prompts: HTML? {
        guard !verdict.prompts.isEmpty else { return nil }
        let rows = verdict.prompts.map { result -> [HTML] in
            [
                "\(result.id)", "\(result.tags.joined(separator: ", "))",
                result.passes ? "right" : "<b class=\"no\">wrong</b>",
            ]
        }
        let all = table("All prompts", ["id", "tags", "answer"], rows)
        return "<h2>All prompts</h2>\n\(fold(count(rows.count, "prompt"), all))"
    }
}
