import Inference
import Verifying

extension VerdictPage {
    /// How far the candidate lies from another model: charts, tags, the answers that moved most, tensors.
    func section(_ comparison: Comparison) -> HTML {
        let tokens = comparison.prompts.flatMap(\.tokens)
        let divergences = comparison.text?.divergences ?? tokens.map(\.divergence)
        let shifts = comparison.text?.shifts ?? tokens.map { $0.nll - $0.otherNLL }
        let what = comparison.text == nil ? "answers" : "text"
        let charts = [
            Chart.histogram(
                "How far each token of the \(what) moved", divergences,
                of: "tokens", axis: "KL divergence, nats (0: the same; from 1 on: another opinion)",
                scale: .logarithmic(least: 1e-5)),
            Chart.histogram(
                "What each token of the \(what) costs now", shifts, of: "tokens",
                axis: "NLL shift, nats (left: likelier, right: less likely)", scale: .linear),
        ]
        return """
            <h2>Beside the \(comparison.title)</h2>
            \(comparison.text.map { "<p>The text: \($0.words(comparison.title)).</p>\n" as HTML })\
            <div class="charts">\(charts.compactMap { $0 })</div>
            \(byTag(comparison))\(farthest(comparison))\(tensors(comparison))
            """
    }

    private func byTag(_ comparison: Comparison) -> HTML? {
        guard !comparison.prompts.isEmpty else { return nil }
        let rows = comparison.divergencesWorstFirst.map { found -> [HTML] in
            [
                "\(found.tag ?? "all answers")", "\(fixed(found.mean.value, 5))", "\(fixed(found.p999, 4))",
                "\(fixed(found.largest, 4))", "\(percent(found.agreement.value, decimals: 2))",
                "\(percent(found.sameAnswers, decimals: 1))", "\(found.tokens)",
            ]
        }
        let heads = ["tag", "KLD mean", "99.9 %", "largest", "same top token", "same answers", "tokens"]
        let title = "Answers by tag, the farthest from the \(comparison.other.rawValue) first"
        return "<h3>\(title)</h3>\n\(longTable(title, heads, rows, more: "more tag"))"
    }

    /// The answers that moved most, token by token.
    private func farthest(_ comparison: Comparison) -> HTML? {
        let moved = comparison.prompts.filter { $0.largestDivergence >= Self.heats[0] }
        let worst = moved.sorted { ($1.meanDivergence, $0.id) < ($0.meanDivergence, $1.id) }.prefix(20)
        guard !worst.isEmpty else { return nil }
        let pieces = worst.map { prompt -> HTML in
            """
            <h3>\(prompt.id) <span class="dim">KLD \(fixed(prompt.meanDivergence, 4))</span></h3>
            <pre>\(coloured(prompt.tokens))</pre>

            """
        }
        return fold("The answers that moved most, token by token", "\(pieces)")
    }

    /// What quantization did to each tensor, the worst first.
    private func tensors(_ comparison: Comparison) -> HTML? {
        let worst = comparison.tensors.sorted { ($1.error, $0.name) < ($0.error, $1.name) }
        guard let most = worst.first?.error, most > 0 else { return nil }
        let rows = worst.map { tensor -> [HTML] in
            [
                "\(tensor.name)", "\(Chart.bar(tensor.error / most))", "\(percent(tensor.error, decimals: 2))",
                "\(tensor.type)", "\(fixed(tensor.bias, 3))",
            ]
        }
        let title = "What quantization did to each tensor, the worst first"
        let heads = ["tensor", "", "error", "type", "bias"]
        return "<h3>\(title)</h3>\n\(longTable(title, heads, rows, more: "more tensor"))"
    }

    /// The same model's earlier verdicts.
    var course: HTML? {
        guard history.count > 1 else { return nil }
        func points(_ value: (VerdictRecord) -> Double?) -> [Chart.Point] {
            history.map { Chart.Point(name: $0.version, value: value($0), isYes: $0.isYes) }
        }
        let charts = [
            Chart.line("Right answers", points(\.passRate)) { percent($0) },
            Chart.line("KLD from the reference or baseline, nats", points(\.divergence)) { fixed($0, 5) },
            Chart.line("Size of the weights, MB", points { $0.size.map { Double($0) / 1e6 } }) { fixed($0, 1) },
            Chart.line("Tokens a second", points(\.tokensPerSecond)) { grouped(Int($0)) },
        ]
        return """
            <h2>Over versions</h2>
            <p class="dim">Red: refused.</p>
            <div class="charts">\(charts.compactMap { $0 })</div>

            """
    }
}
