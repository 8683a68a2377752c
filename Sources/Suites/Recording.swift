import FoundationEssentials
import JSONText
import Signatures

/// What the reference engine answered when the bundle was built (`golden/recorded.jsonl`).
package struct Recording: Sendable, Equatable {
    /// The version of the arithmetic (docs/determinism.md) that gives these bits.
    package let arithmetic: Int
    package let entries: [Entry]

    package struct Entry: Sendable, Equatable {
        package let suite: String
        package let id: String
        package let tokens: [Int32]
        package let logits: Digest

        package init(suite: String, id: String, tokens: [Int32], logits: Digest) {
            self.suite = suite
            self.id = id
            self.tokens = tokens
            self.logits = logits
        }
    }

    package init(arithmetic: Int, entries: [Entry]) {
        self.arithmetic = arithmetic
        self.entries = entries
    }

    package init(parsing bytes: [UInt8], file: String) throws(SuiteError) {
        let lines = try JSONLine.lines(bytes, file: file)
        guard let first = lines.first else { throw SuiteError(file: file, line: 1, problem: .empty) }
        try first.allow(["arithmetic"])
        arithmetic = try first.required("arithmetic", "a whole number", \.integer)
        var entries: [Entry] = []
        for line in lines.dropFirst() {
            try line.allow(["id", "suite", "tokens", "logits_sha256"])
            let tokens = try line.required("tokens", "a list of token ids", \.tokenIDs)
            entries.append(
                Entry(
                    suite: try line.required("suite", "a text", \.string),
                    id: try line.required("id", "a text", \.string),
                    tokens: tokens,
                    logits: try line.required("logits_sha256", "64 hex digits") { $0.string.flatMap(Digest.init(hex:)) }
                ))
        }
        self.entries = entries
    }

    /// The file's bytes: the same answers give the same bytes.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = Array(try encoder.encode(["arithmetic": arithmetic])) + [UInt8(ascii: "\n")]
        for entry in entries {
            let line = Line(
                id: entry.id, suite: entry.suite, tokens: entry.tokens, logits_sha256: entry.logits.hex)
            bytes += Array(try encoder.encode(line)) + [UInt8(ascii: "\n")]
        }
        return bytes
    }

    private struct Line: Encodable {
        let id: String
        let suite: String
        let tokens: [Int32]
        let logits_sha256: String
    }
}
