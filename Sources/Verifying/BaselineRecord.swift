import Bundles
import FoundationEssentials
import Signatures
import Suites

/// What a release answered, as a file that people review (`--update-baseline`): a later release must not be worse.
///
/// JSON lines: who it is of, then one prompt a line, so that a change shows as the lines that changed.
package struct BaselineRecord: Sendable, Equatable {
    /// `name-version`.
    package let name: String
    /// The release's own gate.
    package let gate: [Manifest.GateLimit]
    /// Bytes of the weights' file.
    package let size: Int
    package let suites: [Suite]
    /// By prompts' ids.
    private let replies: [String: Reply]

    package init(
        name: String, gate: [Manifest.GateLimit], size: Int, prompts: [PromptResult]
    ) {
        self.name = name
        self.gate = gate
        self.size = size
        var suites: [Suite] = []
        for prompt in prompts where !suites.contains(where: { $0.name == prompt.suite }) {
            suites.append(
                Suite(name: prompt.suite, prompts: prompts.filter { $0.suite == prompt.suite }.map(\.prompt)))
        }
        self.suites = suites
        replies = Dictionary(prompts.map { ($0.id, $0.reply) }, uniquingKeysWith: { first, _ in first })
    }

    /// What the release answered; nil for a prompt that it wasn't asked.
    package func reply(to prompt: GoldenPrompt) -> Reply? {
        let known = suites.lazy.flatMap(\.prompts).first { $0.id == prompt.id }
        return known?.question == prompt.question ? replies[prompt.id] : nil
    }
}

extension BaselineRecord {
    private struct Head: Codable {
        let baseline: String
        let gate: [Manifest.GateLimit]
        let size: Int
    }

    /// A prompt as its suite has it, and what was answered.
    private struct Line: Codable {
        let suite: String
        let prompt: String
        let passes: Bool
        let answer: String
        let tokens: [Int32]
        let ended: Bool
        let logits_sha256: String
        let likelihoods: [String: Double]
    }

    /// Whether a file begins as a record does, rather than as a bundle.
    package static func isRecord(_ beginning: [UInt8]) -> Bool { beginning.first == UInt8(ascii: "{") }

    package init(parsing bytes: [UInt8], file: String) throws {
        let decoder = JSONDecoder()
        func decoded<Value: Decodable>(_ type: Value.Type, _ line: Int, _ text: ArraySlice<UInt8>) throws -> Value {
            do {
                return try decoder.decode(type, from: Data(text))
            } catch {
                throw SuiteError(file: file, line: line, problem: .notJSON)
            }
        }
        let lines = bytes.split(separator: UInt8(ascii: "\n"))
        guard let first = lines.first else { throw SuiteError(file: file, line: 1, problem: .empty) }
        let head = try decoded(Head.self, 1, first)
        var suites: [(name: String, prompts: [GoldenPrompt])] = []
        var replies: [String: Reply] = [:]
        for (index, text) in lines.enumerated().dropFirst() {
            let line = try decoded(Line.self, index + 1, text)
            guard let logits = Digest(hex: line.logits_sha256) else {
                throw SuiteError(
                    file: file, line: index + 1, problem: .wrongValue(key: "logits_sha256", expected: "64 hex digits"))
            }
            let prompt = try GoldenPrompt(parsing: Array(line.prompt.utf8), file: file, line: index + 1)
            replies[prompt.id] = Reply(
                tokens: line.tokens, text: line.answer, hasEnded: line.ended, logits: logits,
                likelihoods: line.likelihoods)
            if suites.last?.name != line.suite { suites.append((line.suite, [])) }
            suites[suites.count - 1].prompts.append(prompt)
        }
        name = head.baseline
        gate = head.gate
        size = head.size
        self.suites = suites.map { Suite(name: $0.name, prompts: $0.prompts) }
        self.replies = replies
    }

    /// The file's bytes: the same answers give the same bytes.
    package func encoded() throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var bytes = Array(try encoder.encode(Head(baseline: name, gate: gate, size: size))) + [UInt8(ascii: "\n")]
        for suite in suites {
            for prompt in suite.prompts {
                guard let reply = replies[prompt.id] else { continue }
                let line = Line(
                    suite: suite.name, prompt: prompt.source ?? "", passes: prompt.mismatch(reply) == nil,
                    answer: reply.text, tokens: reply.tokens, ended: reply.hasEnded, logits_sha256: reply.logits.hex,
                    likelihoods: reply.likelihoods)
                bytes += Array(try encoder.encode(line)) + [UInt8(ascii: "\n")]
            }
        }
        return bytes
    }
}
