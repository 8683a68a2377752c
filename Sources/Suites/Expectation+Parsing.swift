import JSONText

extension JSONLine {
    /// What `{kind: value, …}` expects.
    func expectations(_ object: JSON.Object) throws(SuiteError) -> [Expectation] {
        try allow(Expectation.kinds, in: object)
        var expectations: [Expectation] = []
        for member in object.members { expectations.append(try expectation(member, in: object)) }
        return expectations
    }

    private func expectation(_ member: JSON.Member, in object: JSON.Object) throws(SuiteError) -> Expectation {
        let kind = member.name
        switch kind {
        case "exact": return .exact(try required(kind, "a text", in: object, \.string))
        case "starts_with": return .startsWith(try required(kind, "a text", in: object, \.string))
        case "contains":
            return .contains(try required(kind, "a text, or a list of texts", in: object, \.oneOrMoreStrings))
        case "not_contains":
            return .notContains(try required(kind, "a text, or a list of texts", in: object, \.oneOrMoreStrings))
        case "regex":
            let pattern = try required(kind, "a pattern", in: object, \.string)
            guard Expectation.compiled(pattern) != nil else { throw error(.badPattern(pattern)) }
            return .regex(pattern)
        case "any_of": return .anyOf(try ways(member.value))
        case "json_equals": return .jsonEquals(member.value)
        case "tokens": return .tokens(try required(kind, "a list of token ids", in: object, \.tokenIDs))
        case "max_tokens":
            return .maxTokens(
                try required(kind, "a number from 1 to 65536", in: object) { json in
                    json.integer.flatMap { (1...65536).contains($0) ? $0 : nil }
                })
        case "refuses": return try refusal(member.value)
        case "max_nll":
            let (answer, parts) = try givenAnswer(kind, member.value, ["answer", "limit"])
            return .maxNLL(answer: answer, limit: try nats("limit", parts))
        case "nll_margin":
            let (answer, parts) = try givenAnswer(kind, member.value, ["answer", "over", "margin"])
            let others = try required("over", "a text, or a list of texts", in: parts, \.oneOrMoreStrings)
            return .nllMargin(answer: answer, over: others, margin: try nats("margin", parts))
        default:
            do throws(JSONSchema.BadKeyword) {
                return .json(try JSONSchema(member.value))
            } catch { throw self.error(.schema(keyword: error.name)) }
        }
    }

    /// Texts, of which the answer is one, or objects of expectations, of which one holds whole.
    private func ways(_ value: JSON) throws(SuiteError) -> [[Expectation]] {
        let expected = "a list of texts or of expectations that is not empty"
        guard let array = value.array, !array.isEmpty else {
            throw error(.wrongValue(key: "any_of", expected: expected))
        }
        var ways: [[Expectation]] = []
        for way in array {
            if let text = way.string {
                ways.append([.exact(text)])
            } else if let object = way.object, !object.members.isEmpty {
                ways.append(try expectations(object))
            } else {
                throw error(.wrongValue(key: "any_of", expected: expected))
            }
        }
        return ways
    }

    private func refusal(_ value: JSON) throws(SuiteError) -> Expectation {
        if let wanted = value.bool { return .refuses(wanted, phrases: []) }
        guard let phrases = value.oneOrMoreStrings else {
            throw error(.wrongValue(key: "refuses", expected: "true, false, or the phrases that refuse"))
        }
        return .refuses(true, phrases: phrases)
    }

    private func givenAnswer(
        _ kind: String, _ value: JSON, _ keys: [String]
    ) throws(SuiteError) -> (answer: String, parts: JSON.Object) {
        guard let parts = value.object else {
            throw error(.wrongValue(key: kind, expected: "an object with " + keys.joined(separator: ", ")))
        }
        try allow(keys, in: parts)
        let answer = try required("answer", "a text that is not empty", in: parts) { json in
            json.string.flatMap { $0.isEmpty ? nil : $0 }
        }
        return (answer, parts)
    }

    private func nats(_ key: String, _ parts: JSON.Object) throws(SuiteError) -> Double {
        try required(key, "a number of nats, 0 or more", in: parts) { json in
            json.number.flatMap { $0 >= 0 ? $0 : nil }
        }
    }
}
