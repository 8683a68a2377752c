import JSONText

/// A subset of JSON Schema, checked strictly: a keyword outside it is an error, not passed over.
package struct JSONSchema: Sendable, Equatable {
    private let keywords: JSON.Object

    package static let known = [
        "type", "properties", "required", "enum", "const", "items", "additionalProperties", "minimum", "maximum",
        "minLength", "maxLength", "pattern", "$schema", "$id", "title", "description",
    ]

    /// Reads a schema; throws the keyword that is unknown or can't have its value.
    package init(_ json: JSON) throws(BadKeyword) {
        guard let object = json.object else { throw BadKeyword(name: "schema") }
        keywords = object
        for member in object.members { try Self.check(member) }
    }

    package struct BadKeyword: Error {
        package let name: String
    }

    private static let types = ["null", "boolean", "integer", "number", "string", "array", "object"]

    private static func check(_ member: JSON.Member) throws(BadKeyword) {
        let value = member.value
        let isGood: Bool
        switch member.name {
        case "type": isGood = (value.string.map { [$0] } ?? value.strings)?.allSatisfy(types.contains) ?? false
        case "properties":
            for property in value.object?.members ?? [] { _ = try JSONSchema(property.value) }
            isGood = value.object != nil
        case "items":
            _ = try JSONSchema(value)
            isGood = true
        case "additionalProperties":
            if value.bool == nil { _ = try JSONSchema(value) }
            isGood = true
        case "required": isGood = value.strings != nil
        case "enum": isGood = value.array != nil
        case "const": isGood = true
        case "minimum", "maximum": isGood = value.number != nil
        case "minLength", "maxLength": isGood = (value.integer ?? -1) >= 0
        case "$schema", "$id", "title", "description": isGood = value.string != nil
        case "pattern": isGood = value.string.map { Expectation.compiled($0) != nil } ?? false
        default: isGood = false
        }
        if !isGood { throw BadKeyword(name: member.name) }
    }

    /// The first rule that `value` breaks.
    package func violation(by value: JSON, at path: String = "") -> SchemaViolation? {
        for keyword in keywords.members where !holds(keyword, value) {
            return SchemaViolation(path: path, keyword: keyword.name)
        }
        return nested(value, path)
    }

    private func holds(_ keyword: JSON.Member, _ value: JSON) -> Bool {
        let rule = keyword.value
        switch keyword.name {
        case "type": return (rule.string.map { [$0] } ?? rule.strings ?? []).contains { Self.isType($0, value) }
        case "enum": return rule.array?.contains { $0.isSame(as: value) } ?? false
        case "const": return rule.isSame(as: value)
        case "required":
            guard let object = value.object else { return true }
            return rule.strings?.allSatisfy { object[$0] != nil } ?? false
        case "minimum": return value.number.map { $0 >= rule.number ?? 0 } ?? true
        case "maximum": return value.number.map { $0 <= rule.number ?? 0 } ?? true
        case "minLength": return value.string.map { $0.unicodeScalars.count >= rule.integer ?? 0 } ?? true
        case "maxLength": return value.string.map { $0.unicodeScalars.count <= rule.integer ?? 0 } ?? true
        case "pattern":
            guard let text = value.string, let pattern = rule.string else { return true }
            return (try? Expectation.compiled(pattern)?.firstMatch(in: text)) != nil
        default: return true
        }
    }

    /// What `properties`, `additionalProperties` and `items` ask of the parts.
    private func nested(_ value: JSON, _ path: String) -> SchemaViolation? {
        for member in value.object?.members ?? [] {
            let inner = path + "/" + member.name
            let rule = keywords["properties"]?[member.name] ?? keywords["additionalProperties"]
            if rule?.bool == false { return SchemaViolation(path: inner, keyword: "additionalProperties") }
            guard let rule, rule.bool == nil, let schema = try? JSONSchema(rule) else { continue }
            if let violation = schema.violation(by: member.value, at: inner) { return violation }
        }
        guard let items = keywords["items"], let schema = try? JSONSchema(items) else { return nil }
        for (index, element) in (value.array ?? []).enumerated() {
            if let violation = schema.violation(by: element, at: path + "/\(index)") { return violation }
        }
        return nil
    }

    private static func isType(_ name: String, _ value: JSON) -> Bool {
        switch (name, value) {
        case ("null", .null), ("boolean", .bool), ("integer", .integer), ("number", .integer), ("number", .number),
            ("string", .string), ("array", .array), ("object", .object):
            true
        case ("integer", .number(let number)): number == number.rounded()
        default: false
        }
    }
}

/// Where a value breaks its schema.
package struct SchemaViolation: Sendable, Equatable {
    /// As `/room/0`; empty for the whole.
    package let path: String
    package let keyword: String
}
