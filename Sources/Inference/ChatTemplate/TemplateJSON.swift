/// Writes values as Python's `json.dumps` does.
enum TemplateJSON {
    static func write(
        _ value: TemplateValue, indent: Int?, level: Int, line: Int, into text: inout String
    ) throws(TemplateError) {
        guard level <= TemplateLimit.depth else {
            throw TemplateError(line: line, problem: .limit("levels of nesting", TemplateLimit.depth))
        }
        switch value {
        case .none: text += "null"
        case .bool(let value): text += value ? "true" : "false"
        case .integer(let value): text += "\(value)"
        case .float(let value): text += "\(value)"
        case .string(let string): text += quoted(string)
        case .list(let values):
            try write(values.count, "[", "]", indent, level, &text) { index, text throws(TemplateError) in
                try write(values[index], indent: indent, level: level + 1, line: line, into: &text)
            }
        case .dictionary(let entries):
            try write(entries.count, "{", "}", indent, level, &text) { index, text throws(TemplateError) in
                text += quoted(entries[index].key) + ": "
                try write(entries[index].value, indent: indent, level: level + 1, line: line, into: &text)
            }
        case .undefined(let name): throw TemplateError(line: line, problem: .undefined(name))
        case .namespace:
            throw TemplateError(line: line, problem: .wrongType(operation: "tojson", found: value.typeName))
        }
    }

    private static func write(
        _ count: Int, _ open: String, _ close: String, _ indent: Int?, _ level: Int, _ text: inout String,
        _ element: (Int, inout String) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        text += open
        for index in 0..<count {
            if index > 0 { text += indent == nil ? ", " : "," }
            if let indent { text += "\n" + String(repeating: " ", count: indent * (level + 1)) }
            try element(index, &text)
        }
        if let indent, count > 0 { text += "\n" + String(repeating: " ", count: indent * level) }
        text += close
    }

    private static func quoted(_ string: String) -> String {
        var text = "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                text += "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text + "\""
    }
}
