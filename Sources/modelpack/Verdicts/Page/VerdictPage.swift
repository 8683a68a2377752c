import Suites
import Verifying

/// A verdict as one page of HTML that needs nothing else: for people who decide, and for those who mend.
struct VerdictPage {
    let name: String
    let signers: [String]
    let verdict: Verdict
    /// Earlier verdicts on the same model, oldest first, this one included; empty where none are kept.
    let history: [VerdictRecord]

    /// How many wrong answers are shown side by side, and how many reasons before the rest is folded away.
    static let shownAnswers = 200, shownReasons = 3

    var html: String {
        let page: HTML = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
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
        let question = verdict.isYes ? "It may ship." : "It must not ship."
        return """
            <header class="verdict \(answer)">
            <h1>\(name): <span>\(answer)</span></h1>
            <p>\(question) Signed by \(signers.isEmpty ? "nobody who was asked for" : signers.joined(separator: ", ")); \
            \(golden).</p>
            \(reasons)</header>

            """
    }

    private var golden: String {
        switch verdict.golden {
        case .skipped: "the recorded outputs were not compared"
        case .absent: "the bundle has no recorded outputs"
        case .compared(let same, let total): "\(same) of \(total) recorded outputs are the same, bit for bit"
        }
    }

    private var reasons: HTML? {
        guard !verdict.isYes else { return nil }
        let words = verdict.reasons.map(\.words)
        let rest = words.dropFirst(Self.shownReasons)
        let stated = Set(words)
        let causes = verdict.clues.map(\.words).filter { !stated.contains($0) }
        return """
            <ol>\(items(words.prefix(Self.shownReasons)))</ol>
            \(rest.isEmpty ? nil : fold(count(rest.count, "more reason"), "<ol start=\"\(Self.shownReasons + 1)\">\(items(rest))</ol>"))\
            \(causes.isEmpty ? nil : "<p>Perhaps because:</p><ul>\(items(causes[...]))</ul>")
            """
    }

    private func items(_ texts: ArraySlice<String>) -> [HTML] { texts.map { "<li>\($0)</li>" } }

    /// Figures that are read first.
    private var tiles: HTML {
        var tiles: [(title: String, value: String, remark: String)] = []
        if let all = verdict.rates.first(where: { $0.tag == nil }), all.total > 0 {
            let beside = all.baseline.map { "baseline \(percent($0))" } ?? ""
            tiles.append(("right answers", "\(all.passed) of \(all.total)", beside))
        }
        for comparison in verdict.comparisons {
            guard let all = comparison.divergences.first, all.tokens > 0 else { continue }
            let agreement = "same top token \(percent(all.agreement.value))"
            tiles.append(("divergence from the \(comparison.title)", fixed(all.mean.value, 4) + " nats", agreement))
        }
        if let text = verdict.text {
            tiles.append(("perplexity of the text", fixed(text.perplexity, 3), count(text.tokens, "token")))
        }
        if let resources = verdict.resources {
            let before = resources.baselineSize.map { "baseline \(megabytes($0))" } ?? ""
            tiles.append(("weights", megabytes(resources.size), before))
            if let speed = resources.tokensPerSecond {
                let before = resources.baselineTokensPerSecond.map { "baseline \(fixed($0, 0))" } ?? ""
                tiles.append(("tokens a second", fixed(speed, 0), before))
            }
        }
        return """
            <ul class="tiles">\(tiles.map { tile -> HTML in
                "<li><span class=\"dim\">\(tile.title)</span><b>\(tile.value)</b><span class=\"dim\">\(tile.remark)</span></li>"
            })</ul>

            """
    }

    private func megabytes(_ bytes: Int) -> String { fixed(Double(bytes) / 1e6, 1) + " MB" }

    func fold(_ title: String, _ content: HTML) -> HTML {
        "<details><summary>\(title)</summary>\n\(content)</details>\n"
    }

    /// A table that scrolls by itself where the screen is narrow, also by the keyboard.
    func table(_ title: String, _ heads: [String], _ rows: [[HTML]]) -> HTML {
        """
        <div class="scroll" tabindex="0" role="region" aria-label="\(title)"><table>
        <thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" as HTML })</tr></thead>
        <tbody>\(rows.map { row -> HTML in "<tr>\(row.map { "<td>\($0)</td>" as HTML })</tr>\n" })</tbody>
        </table></div>

        """
    }
}
