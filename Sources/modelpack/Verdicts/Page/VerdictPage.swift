import Suites
import Verifying

/// A verdict as one page of HTML that needs nothing else: for people who decide, and for those who mend.
struct VerdictPage {
    let name: String
    let signers: [String]
    let verdict: Verdict
    /// Earlier verdicts on the same model, oldest first, this one included; empty where none are kept.
    let history: [VerdictRecord]

    /// How many wrong answers are shown side by side, how many of them at once, and how many rows of a long table.
    static let shownAnswers = 200, openAnswers = 20, openRows = 8

    var html: String {
        // What the page may load is nothing, whatever an answer says.
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>\(name): \(answer)</title>
            <link rel="icon" href="data:,">
            <style>\(Self.style)</style>
            </head>
            <body>
            \(head)<main>
            \(tiles)\(rates)\(limits)\(wrongAnswers)\(verdict.comparisons.map(section))\(course)\(prompts)</main>
            </body>
            </html>

            """
        return page.text
    }

    private var answer: String { verdict.isYes ? "yes" : "no" }

    private var head: HTML {
        """
        <header class="verdict \(answer)">
        <h1><span class="badge">\(verdict.isYes ? "Yes" : "No")</span> \
        <span>\(name) \(verdict.isYes ? "may ship" : "must not ship")</span></h1>
        \(reasons)<p class="dim">Signed by \(signers.isEmpty ? "nobody who was asked for" : signers.joined(separator: ", ")); \
        \(golden).</p>
        </header>

        """
    }

    private var golden: String {
        switch verdict.golden {
        case .skipped: "the recorded outputs were not compared"
        case .absent: "the bundle has no recorded outputs"
        case .compared(let same, let total): "\(same) of \(total) recorded outputs are the same, bit for bit"
        }
    }

    /// The worst reasons, each with an example where it is about many prompts; the others are folded away.
    private var reasons: HTML? {
        guard !verdict.isYes else { return praise }
        let worst = verdict.reasons.prefix(Verdict.shownReasons), rest = verdict.reasons.dropFirst(worst.count)
        let stated = Set(verdict.reasons.map(\.words))
        let causes = verdict.clues.map(\.words).filter { !stated.contains($0) }
        let weakest = verdict.weakestTags.map { "<p><b>\($0)</b></p>\n" as HTML }
        return """
            \(weakest)<ol class="reasons">\(zip(worst, verdict.examples(of: worst)).map(item))</ol>
            \(causes.isEmpty ? nil : "<p>Perhaps because:</p><ul>\(causes.map { "<li>\($0)</li>" as HTML })</ul>")\
            \(rest.isEmpty ? nil : fold(count(rest.count, "more reason"), "<ol start=\"\(worst.count + 1)\">\(rest.map { "<li>\($0.words)</li>" as HTML })</ol>"))
            """
    }

    /// What is right, beside the baseline's.
    private var praise: HTML? {
        guard let all = verdict.rates.first(where: { $0.tag == nil }), all.total > 0 else { return nil }
        let beside = all.baseline == nil ? "" : "; beside the baseline \(all.fixed) are fixed, and \(all.broken) broke"
        return "<p>\(all.passed) of \(count(all.total, "prompt")) are answered right\(beside).</p>\n"
    }

    private func item(_ reason: Reason, _ example: PromptResult?) -> HTML {
        "<li>\(reason.words)\(example.map(brief))</li>\n"
    }

    /// Figures that are read first.
    private var tiles: HTML {
        var tiles: [(title: String, value: String, remark: String)] = []
        if let all = verdict.rates.first(where: { $0.tag == nil }), all.total > 0 {
            let beside = all.baseline.map { "baseline \(percent($0, decimals: 1))" }
            tiles.append(("right answers", "\(all.passed) of \(all.total)", beside ?? percent(all.share.value)))
        }
        for comparison in verdict.comparisons {
            guard let all = comparison.divergences.first, all.tokens > 0 else { continue }
            let agreement = "\(percent(all.agreement.value)) same top token"
            tiles.append(("KLD from the \(comparison.other.rawValue)", fixed(all.mean.value, 4), agreement))
        }
        if let text = verdict.text {
            let beside = verdict.comparisons.compactMap { comparison in
                comparison.text.map { "\(comparison.other.rawValue) \(fixed($0.reference.perplexity, 3))" }
            }
            let remark = beside.isEmpty ? "\(grouped(text.tokens)) tokens" : beside.joined(separator: ", ")
            tiles.append(("perplexity of the text", fixed(text.perplexity, 3), remark))
        }
        if let resources = verdict.resources {
            let before = resources.baselineSize.map { "baseline \(megabytes($0))" } ?? ""
            tiles.append(("weights", megabytes(resources.size), before))
            if let speed = resources.tokensPerSecond {
                let before = resources.baselineTokensPerSecond.map { "baseline \(grouped(Int($0)))" } ?? ""
                tiles.append(("tokens a second", grouped(Int(speed)), before))
            }
        }
        return """
            <ul class="tiles">\(tiles.map { tile -> HTML in
                "<li><span class=\"dim\">\(tile.title)</span><b>\(tile.value)</b><span class=\"dim\">\(tile.remark)</span></li>"
            })</ul>

            """
    }

    func fold(_ title: String, _ content: HTML) -> HTML {
        "<details><summary>\(title)</summary>\n\(content)</details>\n"
    }

    /// A table that scrolls by itself where the screen is narrow, also by the keyboard; the first cell names its row.
    func table(_ title: String, _ heads: [String], _ rows: [[HTML]]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table>
        <thead><tr>\(heads.map { $0.isEmpty ? "<td></td>" : "<th scope=\"col\">\($0)</th>" as HTML })</tr></thead>
        <tbody>\(rows.map(row))</tbody>
        </table></div>

        """
    }

    private func row(_ cells: [HTML]) -> HTML {
        let head = cells.prefix(1).map { "<th scope=\"row\">\($0)</th>" as HTML }
        return "<tr>\(head)\(cells.dropFirst().map { "<td>\($0)</td>" as HTML })</tr>\n"
    }

    /// A table of which only the first rows are open.
    func longTable(_ title: String, _ heads: [String], _ rows: [[HTML]], more: String) -> HTML {
        let rest = Array(rows.dropFirst(Self.openRows))
        return """
            \(table(title, heads, Array(rows.prefix(Self.openRows))))\
            \(rest.isEmpty ? nil : fold(count(rest.count, more), table("\(title), the rest", heads, rest)))
            """
    }
}
