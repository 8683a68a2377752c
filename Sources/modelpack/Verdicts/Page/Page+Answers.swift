import Inference
import Suites
import Verifying

extension VerdictPage {
    /// Right answers by tag, beside the baseline's.
    var rates: HTML? {
        guard !verdict.prompts.isEmpty else { return nil }
        let hasBaseline = verdict.rates.contains { $0.baseline != nil }
        let rows = verdict.rates.map { rate -> [HTML] in
            var row: [HTML] = [
                "\(rate.tag ?? "all")", "\(Chart.bar(rate.share.value))", "\(rate.passed) of \(rate.total)",
                "\(percent(rate.share.value))",
            ]
            guard hasBaseline else { return row }
            row.append("\(rate.baseline.map(percent) ?? "–")")
            row.append(rate.broken > 0 ? "<b class=\"no\">\(rate.broken)</b>" : "0")
            row.append("\(rate.fixed)")
            return row
        }
        let heads = ["tag", "", "right", "share"] + (hasBaseline ? ["baseline", "broke", "fixed"] : [])
        return "<h2>By tag</h2>\n\(table("Right answers by tag", heads, rows))"
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
        let more = wrong.count - Self.shownAnswers
        return """
            <h2>Wrong answers</h2>
            \(wrong.prefix(Self.shownAnswers).map(article))\
            \(more > 0 ? "<p>And \(more) more, which the JSON report has.</p>\n" : nil)
            """
    }

    private func article(_ result: PromptResult) -> HTML {
        let place = result.prompt.place.map { "\($0.file):\($0.line)" } ?? result.suite
        let expected = if case .differs(let text)? = result.mismatch?.problem { text } else { "" }
        var sides: [HTML] = []
        if expected.isEmpty {
            sides.append(side("expected", "\(result.mismatch?.problem.expected ?? "")"))
            sides.append(side("answered", "\(result.answer)"))
        } else {
            sides.append(side("expected", marked(expected, against: result.answer)))
            sides.append(side("answered", marked(result.answer, against: expected)))
        }
        if let baseline = result.baseline, !baseline.passes || expected.isEmpty {
            sides.append(side("the baseline's answer", "\(baseline.text)"))
        }
        for comparison in verdict.comparisons {
            guard let prompt = comparison.prompts.first(where: { $0.id == result.id && $0.suite == result.suite })
            else {
                continue
            }
            sides.append(side("the \(comparison.other.rawValue)'s answer, by divergence", coloured(prompt.tokens)))
        }
        return """
            <article>
            <h3>\(result.id)\(result.isBroken ? " <span class=\"no\">broke</span>" : nil) \
            <span class="dim">\(result.tags.joined(separator: ", ")) · \(place)</span></h3>
            \(fold("the prompt", "<pre>\(asked(result.prompt))</pre>"))<div class="sides">\(sides)</div>
            </article>

            """
    }

    private func side(_ title: String, _ text: HTML) -> HTML {
        "<div><span class=\"dim\">\(title)</span><pre>\(text)</pre></div>"
    }

    private func asked(_ prompt: GoldenPrompt) -> String {
        switch prompt.input {
        case .text(let text): text
        case .conversation(let conversation): conversation.messages
        }
    }

    /// `text` with the part marked that `other` has otherwise: what is between their common beginning and end.
    private func marked(_ text: String, against other: String) -> HTML {
        let mine = Array(text), theirs = Array(other)
        let shorter = min(mine.count, theirs.count)
        var start = 0
        while start < shorter, mine[start] == theirs[start] { start += 1 }
        var end = 0
        while end < shorter - start, mine[mine.count - 1 - end] == theirs[theirs.count - 1 - end] { end += 1 }
        let middle = String(mine[start..<mine.count - end])
        return "\(String(mine[..<start]))<mark>\(middle)</mark>\(String(mine[(mine.count - end)...]))"
    }

    /// Tokens, the redder the more the candidate thinks otherwise.
    func coloured(_ tokens: [TokenComparison]) -> HTML {
        let spans = tokens.map { token -> HTML in
            let heat = [0.02, 0.1, 0.5, 2].count { token.divergence >= $0 }
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
        return fold("All \(count(rows.count, "prompt"))", table("All prompts", ["id", "tags", ""], rows))
    }
}
