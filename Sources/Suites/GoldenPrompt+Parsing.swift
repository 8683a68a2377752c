import JSONText

extension GoldenPrompt {
    package static let keys = [
        "id", "prompt", "messages", "tools", "expect", "tags", "weight", "max_tokens", "smoke",
    ]

    /// Reads one line of a suite, which stands at `line` of `file`.
    package init(parsing bytes: [UInt8], file: String, line: Int) throws(SuiteError) {
        guard let object = (try? JSON(parsing: bytes))?.object else {
            throw SuiteError(file: file, line: line, problem: .notJSON)
        }
        try self.init(JSONLine(file: file, line: line, object: object))
    }

    /// Reads `{"id", "prompt" | "messages" and "tools", "expect": {kind: value}, "tags", "weight", "max_tokens",
    /// "smoke"}`.
    init(_ line: JSONLine) throws(SuiteError) {
        try line.allow(Self.keys)
        self.init(
            id: try line.required("id", "a text that is not empty") { $0.string.flatMap { $0.isEmpty ? nil : $0 } },
            input: try Self.input(line),
            expectations: try line.expectations(
                try line.required("expect", "an object with at least one kind") { json in
                    json.object.flatMap { $0.members.isEmpty ? nil : $0 }
                }),
            tags: try line.optional("tags", "a list of texts", \.strings) ?? [],
            weight: try line.optional("weight", "a number above 0 and up to 1000000") { json in
                json.number.flatMap { $0 > 0 && $0 <= 1e6 ? $0 : nil }
            } ?? 1,
            maxTokens: try line.optional("max_tokens", "a number from 1 to 65536") { json in
                json.integer.flatMap { (1...65536).contains($0) ? $0 : nil }
            } ?? Self.defaultMaxTokens,
            isSmoke: try line.optional("smoke", "true or false", \.bool) ?? false,
            place: Place(file: line.file, line: line.line), source: JSON.object(line.object).text)
    }

    private static func input(_ line: JSONLine) throws(SuiteError) -> Input {
        if line.object["prompt"] != nil {
            for key in ["messages", "tools"] where line.object[key] != nil {
                throw line.error(.wrongValue(key: key, expected: "left out beside a prompt"))
            }
            return .text(try line.required("prompt", "a text", \.string))
        }
        let messages = try line.required("messages", "a list of messages that is not empty") { json in
            json.array.flatMap { $0.isEmpty ? nil : json }
        }
        for turn in messages.array ?? [] {
            guard let object = turn.object else {
                throw line.error(.wrongValue(key: "messages", expected: "messages with role and content"))
            }
            try line.allow(["role", "content", "name", "tool_calls", "tool_call_id"], in: object)
            _ = try line.required("role", "a text", in: object, \.string)
            if object["tool_calls"] == nil || object["content"] != nil {
                _ = try line.required("content", "a text", in: object) { $0.isNull ? "" : $0.string }
            }
            _ = try line.optional("tool_calls", "a list", in: object, \.array)
        }
        let tools = try line.optional("tools", "a list of tools") { $0.array == nil ? nil : $0 }
        return .conversation(Conversation(messages: messages, tools: tools))
    }
}
