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

    /// The results: as JSON with `--json`, otherwise as text.
    func report(_ value: some Encodable, text: @autoclosure () -> String) throws {
        if json {
            print(try jsonText(value))
        } else {
            let text = text()
            if !text.isEmpty { print(text) }
        }
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
    let line = Array((text.harmless + "\n").utf8)
    // The array is valid for the call.
    _ = unsafe line.withUnsafeBytes { unsafe write(2, $0.baseAddress, $0.count) }
}
