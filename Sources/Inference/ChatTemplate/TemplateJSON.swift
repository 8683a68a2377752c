/// Writes values as Python's `json.dumps` does.
struct TemplateJSON {
    var indent: String?
    var itemSeparator = ", "
    var keySeparator = ": "
    var isASCII = false
    var sortsKeys = false
    let position: TemplatePosition
    private(set) var text = ""

    init(position: TemplatePosition) { self.position = position }

    mutating func write(_ value: TemplateValue, level: Int = 0) throws(TemplateError) {
        guard text.utf8.count <= TemplateLimit.text else {
            throw TemplateError(position: position, problem: .limit("bytes of text", TemplateLimit.text))
        }
        switch value {
        case .string(let string), .markup(let string): quote(string)
        case .sequence(let sequence) where sequence.kind == .list || sequence.kind == .tuple:
            try write(sequence.values, "[", "]", level) { json, value throws(TemplateError) in
                try json.write(value, level: level + 1)
            }
        case .mapping(let mapping):
            try write(try sorted(mapping), "{", "}", level) { json, entry throws(TemplateError) in
                json.quote(entry.key)
                json.text += json.keySeparator
                try json.write(entry.value, level: level + 1)
            }
        default: text += try scalar(value)
        }
    }

    private func scalar(_ value: TemplateValue) throws(TemplateError) -> String {
        switch value {
        case .none: return "null"
        case .bool(let value): return value ? "true" : "false"
        case .integer(let value): return "\(value)"
        case .float(let value):
            if value.isNaN { return "NaN" }
            if value.isInfinite { return value < 0 ? "-Infinity" : "Infinity" }
            return PythonFloat.description(value)
        default:
            throw TemplateError(
                position: position, problem: .wrongType(operation: "tojson", found: value.typeName))
        }
    }

    /// The entries with keys as JSON has them.
    private func sorted(_ mapping: TemplateMapping) throws(TemplateError) -> [(key: String, value: TemplateValue)] {
        var entries: [(key: String, value: TemplateValue)] = []
        for (key, value) in mapping.entries {
            let name = if let text = key.text { text } else { try scalar(key) }
            entries.append((name, value))
        }
        guard sortsKeys else { return entries }
        return entries.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
    }

    private mutating func write<Element>(
        _ elements: [Element], _ open: String, _ close: String, _ level: Int,
        _ element: (inout TemplateJSON, Element) throws(TemplateError) -> Void
    ) throws(TemplateError) {
        text += open
        for (index, value) in elements.enumerated() {
            if index > 0 { text += itemSeparator }
            breakLine(level + 1)
            try element(&self, value)
        }
        if !elements.isEmpty { breakLine(level) }
        text += close
    }

    private mutating func breakLine(_ level: Int) {
        guard let indent else { return }
        text += "\n"
        for _ in 0..<level { text += indent }
    }

    private mutating func quote(_ string: String) {
        text += "\""
        for scalar in string.unicodeScalars {
            switch scalar {
            case "\"": text += "\\\""
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case "\u{8}": text += "\\b"
            case "\u{c}": text += "\\f"
            case "\0"..<" ": text += escaped(UInt16(scalar.value))
            case "\u{7f}"... where isASCII && scalar.value > 0x7f:
                for unit in String(scalar).utf16 { text += escaped(unit) }
            default: text.unicodeScalars.append(scalar)
            }
        }
        text += "\""
    }

    private func escaped(_ unit: UInt16) -> String {
        let hex = String(unit, radix: 16)
        return "\\u" + String(repeating: "0", count: 4 - hex.count) + hex
    }
}
