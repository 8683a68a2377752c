import Inference
import Tensors

/// Golden prompts, as a file of JSON lines has them.
package struct Suite: Sendable, Equatable {
    /// The file's path: in a bundle, the member's.
    package let name: String
    package let prompts: [GoldenPrompt]

    package init(name: String, prompts: [GoldenPrompt]) {
        self.name = name
        self.prompts = prompts
    }

    /// Reads `{"id", "prompt" | "messages", "expect": {kind: value}, "tags": [], "max_tokens": 64, "smoke": false}`.
    package init(parsing bytes: [UInt8], name: String) throws(SuiteError) {
        self.name = name
        var prompts: [GoldenPrompt] = []
        var ids: Set<String> = []
        for line in try JSONLine.lines(bytes, file: name) {
            let prompt = try GoldenPrompt(line)
            guard ids.insert(prompt.id).inserted else { throw line.error(.duplicate(id: prompt.id)) }
            prompts.append(prompt)
        }
        guard !prompts.isEmpty else { throw SuiteError(file: name, line: 1, problem: .empty) }
        self.prompts = prompts
    }

    /// Only what is cheap enough for a device.
    package var smoke: Suite { Suite(name: name, prompts: prompts.filter(\.isSmoke)) }

    /// Refuses an id that stands in two suites: verdicts name prompts by their ids.
    package static func checkDistinct(_ suites: [Suite]) throws(SuiteError) {
        var ids: Set<String> = []
        for suite in suites {
            for prompt in suite.prompts where !ids.insert(prompt.id).inserted {
                throw SuiteError(file: suite.name, line: 1, problem: .duplicate(id: prompt.id))
            }
        }
    }
}

extension GoldenPrompt {
    fileprivate init(_ line: JSONLine) throws(SuiteError) {
        try line.allow(["id", "prompt", "messages", "expect", "tags", "max_tokens", "smoke"])
        id = try line.required("id", "a text that is not empty") { $0.string.flatMap { $0.isEmpty ? nil : $0 } }
        input = try Self.input(line)
        expectations = try Self.expectations(line)
        tags = try line.optional("tags", "a list of texts", \.strings) ?? []
        maxTokens =
            try line.optional("max_tokens", "a number from 1 to 65536") { json in
                json.integer.flatMap { (1...65536).contains($0) ? $0 : nil }
            } ?? Self.defaultMaxTokens
        isSmoke = try line.optional("smoke", "true or false", \.bool) ?? false
    }

    private static func input(_ line: JSONLine) throws(SuiteError) -> Input {
        if line.object["prompt"] != nil {
            guard line.object["messages"] == nil else {
                throw line.error(.wrongValue(key: "messages", expected: "no messages beside a prompt"))
            }
            return .text(try line.required("prompt", "a text", \.string))
        }
        var turns: [ChatMessage] = []
        for turn in try line.required("messages", "a list of messages", \.array) {
            guard let object = turn.object else {
                throw line.error(.wrongValue(key: "messages", expected: "messages with role and content"))
            }
            try line.allow(["role", "content"], in: object)
            turns.append(
                ChatMessage(
                    role: try line.required("role", "a text", in: object, \.string),
                    content: try line.required("content", "a text", in: object, \.string)))
        }
        return .messages(turns)
    }

    private static func expectations(_ line: JSONLine) throws(SuiteError) -> [Expectation] {
        let object = try line.required("expect", "an object with at least one kind") { json in
            json.object.flatMap { $0.members.isEmpty ? nil : $0 }
        }
        try line.allow(Expectation.kinds, in: object)
        var expectations: [Expectation] = []
        for member in object.members {
            switch member.name {
            case "exact": expectations.append(.exact(try line.required("exact", "a text", in: object, \.string)))
            case "contains":
                let parts = try line.required("contains", "a text, or a list of texts", in: object) { json in
                    json.string.map { [$0] } ?? json.strings
                }
                expectations.append(.contains(parts))
            case "regex":
                let pattern = try line.required("regex", "a pattern", in: object, \.string)
                guard Expectation.compiled(pattern) != nil else { throw line.error(.badPattern(pattern)) }
                expectations.append(.regex(pattern))
            default:
                do throws(JSONSchema.BadKeyword) {
                    expectations.append(.json(try JSONSchema(member.value)))
                } catch { throw line.error(.schema(keyword: error.name)) }
            }
        }
        return expectations
    }
}
