import Inference
import Verifying

extension VerdictPage {
    /// How far the candidate lies from another model: charts, tags, the worst prompts, tensors.
    func section(_ comparison: Comparison) -> HTML {
        let tokens = comparison.prompts.flatMap(\.tokens)
        let divergences = comparison.text?.divergences ?? tokens.map(\.divergence)
        let shifts = comparison.text?.shifts ?? tokens.map { $0.nll - $0.otherNLL }
        let what = comparison.text == nil ? "answers" : "text"
        return """
            <h2>Beside the \(comparison.title)</h2>
            \(comparison.text.map { "<p>\($0.words(comparison.title))</p>\n" as HTML })\
            \(Chart.histogram(
                "KL divergence on each token of the \(what), in nats", divergences, scale: .logarithmic(least: 1e-5)))\
            \(Chart.histogram(
                "What each token of the \(what) costs more (right) or less (left), in nats", shifts, scale: .linear))\
            \(byTag(comparison))\(farthest(comparison))\(tensors(comparison))
            """
    }

    private func byTag(_ comparison: Comparison) -> HTML? {
        guard !comparison.prompts.isEmpty else { return nil }
        let rows = comparison.divergences.map { found -> [HTML] in
            [
                "\(found.tag ?? "all")", "\(found.tokens)", "\(fixed(found.mean.value, 5))",
                "\(fixed(found.p999, 4))", "\(fixed(found.largest, 4))", "\(percent(found.agreement.value))",
                "\(percent(found.sameAnswers))",
            ]
        }
        let heads = ["tag", "tokens", "KLD mean", "99.9 %", "largest", "same top token", "same answers"]
        return table("Divergence from the \(comparison.title) by tag", heads, rows)
    }

    /// The answers that moved most, token by token.
    private func farthest(_ comparison: Comparison) -> HTML? {
        let worst = comparison.prompts.sorted { ($1.meanDivergence, $0.id) < ($0.meanDivergence, $1.id) }.prefix(20)
        guard let first = worst.first, first.meanDivergence > 0 else { return nil }
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
                "\(tensor.name)", "\(tensor.type)", "\(Chart.bar(tensor.error / most))", "\(percent(tensor.error))",
                "\(fixed(tensor.bias, 3))",
            ]
        }
        let heads = ["tensor", "type", "", "error", "bias"]
        let rest = Array(rows.dropFirst(12))
        return """
            <h3>What quantization did to each tensor, the worst first</h3>
            \(table("Tensors by error", heads, Array(rows.prefix(12))))\
            \(rest.isEmpty ? nil : fold("\(count(rest.count, "more tensor"))", table("More tensors", heads, rest)))
            """
    }

    /// The same model's earlier verdicts.
    var course: HTML? {
        guard history.count > 1 else { return nil }
        func points(_ value: (VerdictRecord) -> Double?) -> [(name: String, value: Double?)] {
            history.map { ($0.version, value($0)) }
        }
        return """
            <h2>Over versions</h2>
            \(Chart.line("Right answers", points(\.passRate), percent))\
            \(Chart.line("Divergence from the reference or baseline, nats", points(\.divergence)) { fixed($0, 4) })\
            \(Chart.line("Size of the weights, MB", points { $0.size.map { Double($0) / 1e6 } }) { fixed($0, 1) })\
            \(Chart.line("Tokens a second", points(\.tokensPerSecond)) { fixed($0, 0) })
            """
    }
}
