import Signatures

extension ManifestDraft {
    /// The manifest.
    package var text: String {
        var lines = [
            "name: \(name)", "version: \(version)", "source: \(Self.scalar(source))", "quantization:",
            "  type: \(type)",
        ]
        if !rules.isEmpty { lines.append("  rules:") }
        for rule in rules {
            lines.append("    - {tensor: \(Self.scalar(rule.pattern.text)), type: \(rule.type.name)}")
        }
        if let license {
            lines.append("license:")
            if let spdx = license.spdx { lines.append("  spdx: \(Self.scalar(spdx))") }
            if let file = license.file { lines.append("  file: \(Self.scalar(file))") }
        }
        lines += [
            "requires:", "  memory: \(Self.mebibytes(size + size / 4 + (32 << 20)))MiB",
            "  disk: \(Self.mebibytes(2 * size))MiB", "suites:", "  - \(suitePath)",
        ]
        return lines.joined(separator: "\n") + "\n"
    }

    /// The suite: a prompt that any model passes, to be replaced by what this one is for.
    package var suite: String {
        let question = "Answer with one word: what colour is the sky on a clear day?"
        let input =
            hasChatTemplate
            ? #""messages": [{"role": "user", "content": "\#(question)"}]"# : #""prompt": "\#(question)""#
        return
            #"{"id": "hello", \#(input), "expect": {"regex": "."}, "tags": ["hello"], "max_tokens": 16, "smoke": true}"#
            + "\n"
    }

    /// Rounded up, to a multiple of 16.
    private static func mebibytes(_ bytes: Int) -> Int { ((bytes >> 20) / 16 + 1) * 16 }

    /// A plain scalar where YAML takes it for text, else one in double quotes.
    static func scalar(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"):
                true
            default: "./_-".utf8.contains($0)
            }
        }
        let first = text.unicodeScalars.first
        if isPlain, let first, first.properties.isAlphabetic || first == "/" || text.hasPrefix("../") { return text }
        return String(decoding: JSONValue.string(text).encoded, as: UTF8.self)
    }
}
