import ArgumentParser
import FoundationEssentials
import Glibc

/// The options that every command has.
struct CommonOptions: ParsableArguments {
    @Flag(help: "Print the results as one JSON object on stdout.")
    var json = false

    @Flag(help: "Print results only: no progress, no remarks.")
    var quiet = false

    /// A remark for people, on stderr.
    func note(_ text: String) {
        if !quiet { printError(text) }
    }

    /// The results: as JSON with `--json`, otherwise as text, in colours where stdout shows them.
    func report(_ value: some Encodable, text: (Paint) -> String) throws {
        Progress.clear()
        if json {
            print(try jsonText(value))
        } else {
            let text = text(Terminal.output.paint)
            if !text.isEmpty { print(Terminal.output.isLive ? text.colouredAtMost : text) }
        }
    }

    /// The same for text without colours.
    func report(_ value: some Encodable, text: @autoclosure () -> String) throws {
        try report(value) { _ in text() }
    }
}

extension String {
    /// What a terminal may be shown: colours work, all else that would steer it is spelled out.
    var colouredAtMost: String {
        split(separator: "\u{1B}", omittingEmptySubsequences: false).enumerated().map { number, part in
            let isColour = part.first == "[" && part.dropFirst().first { !$0.isNumber && $0 != ";" } == "m"
            return (number == 0 ? "" : isColour ? "\u{1B}" : "\\u{1B}") + String(part).harmless
        }.joined()
    }
}

/// One JSON object: sorted keys, indented.
func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
}

/// Everything that is not a result goes to stderr.
func printError(_ text: String) {
    Progress.clear()
    writeToErrors(text.harmless + "\n")
}

/// What went wrong, and what to do next: every command's errors look like this.
func printError(_ error: any Explained) {
    Progress.clear()
    let paint = Terminal.errors.paint
    var lines = [paint("error:", .bad) + " " + error.message.harmless]
    for hint in error.hint?.split(separator: "\n") ?? [] {
        lines.append(paint("hint:", .doubtful) + " " + String(hint).harmless)
    }
    writeToErrors(lines.joined(separator: "\n") + "\n")
}

/// Writes to stderr as it is.
func writeToErrors(_ text: String) {
    let bytes = Array(text.utf8)
    // The array is valid for the call.
    _ = unsafe bytes.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}
