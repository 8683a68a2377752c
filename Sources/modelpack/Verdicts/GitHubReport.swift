import Files
import FoundationEssentials
import Suites
import Verifying

/// A verdict where GitHub shows it: annotations on the suites' lines, and the job's summary.
struct GitHubReport {
    let name: String
    let verdict: Verdict
    /// Where the suites' files stand in the repository.
    let suitesFolder: String

    /// GitHub shows no more than ten errors of a step.
    static let shownAnnotations = 10

    /// Workflow commands, one a line, for the step's log.
    var annotations: [String] {
        let places = Dictionary(
            verdict.prompts.map { ($0.id, $0.prompt.place) }, uniquingKeysWith: { first, _ in first })
        return verdict.reasons.prefix(Self.shownAnnotations).map { reason in
            var properties: [String] = []
            if let id = reason.prompt?.id, let place = places[id] ?? nil {
                properties += ["file=\(Self.property(file(place.file)))", "line=\(place.line)"]
            }
            properties.append("title=\(Self.property("\(name): \(reason.kind)"))")
            return "::error \(properties.joined(separator: ","))::\(Self.message(reason.words))"
        }
    }

    /// A member of the bundle as the repository has it; other files are where they are.
    private func file(_ path: String) -> String {
        path.hasPrefix("golden/") ? suitesFolder + "/" + FileSystem.name(of: path) : path
    }

    /// The summary in Markdown.
    var summary: String {
        var lines = ["### \(name.escapedForMarkdown): \(verdict.isYes ? "✅ yes" : "❌ no")", ""]
        lines += verdict.worst.map { line in
            // What is set in belongs to the reason above.
            (line.hasPrefix("  ")
                ? "  - " + String(line.dropFirst(2)).escapedForMarkdown : "- " + line.escapedForMarkdown)
        }
        if !verdict.worst.isEmpty { lines.append("") }
        if !verdict.prompts.isEmpty { lines += verdict.rateTable.markdown + [""] }
        for comparison in verdict.comparisons where !comparison.prompts.isEmpty {
            lines += ["Beside the \(comparison.title.escapedForMarkdown), token by token:", ""]
            lines += comparison.table().markdown + [""]
        }
        lines += verdict.limits.map { "- limit \($0.outcome.rawValue): \($0.words.escapedForMarkdown)" }
        return lines.joined(separator: "\n") + "\n"
    }

    /// Adds the summary to the job's, where GitHub names a file for it.
    func write(to path: String?) throws {
        guard let path, !path.isEmpty else { return }
        let file = try OpenFile(updating: path)
        try file.write(Array(summary.utf8), at: try file.size())
    }

    private static func message(_ text: String) -> String {
        var result = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "%": result += "%25"
            case "\r": result += "%0D"
            case "\n": result += "%0A"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }

    private static func property(_ text: String) -> String {
        var result = ""
        for scalar in message(text).unicodeScalars {
            switch scalar {
            case ":": result += "%3A"
            case ",": result += "%2C"
            default: result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}
