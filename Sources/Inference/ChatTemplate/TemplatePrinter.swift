/// Writes values as Python's `str` and `repr` do.
struct TemplatePrinter {
    let position: TemplatePosition
    private(set) var text = ""

    /// What `str(value)` is.
    static func print(_ value: TemplateValue, _ position: TemplatePosition) throws(TemplateError) -> String {
        switch value {
        case .undefined: return ""
        case .string(let text), .markup(let text): return text
        default: return try represent(value, position)
        }
    }

    /// What `repr(value)` is.
    static func represent(_ value: TemplateValue, _ position: TemplatePosition) throws(TemplateError) -> String {
        var printer = TemplatePrinter(position: position)
        try printer.write(value)
        return printer.text
    }

    private init(position: TemplatePosition) { self.position = position }

    private mutating func write(_ value: TemplateValue) throws(TemplateError) {
        guard text.utf8.count <= TemplateLimit.text else {
            throw TemplateError(position: position, problem: .limit("bytes of text", TemplateLimit.text))
        }
        switch value {
        case .undefined: text += "Undefined"
        case .none: text += "None"
        case .bool(let value): text += value ? "True" : "False"
        case .integer(let value): text += "\(value)"
        case .float(let value): text += PythonFloat.description(value)
        case .string(let string): quote(string)
        case .markup(let string):
            text += "Markup("
            quote(string)
            text += ")"
        case .sequence(let sequence): try write(sequence)
        case .mapping(let mapping):
            text += "{"
            for (index, entry) in mapping.entries.enumerated() {
                if index > 0 { text += ", " }
                try write(entry.key)
                text += ": "
                try write(entry.value)
            }
            text += "}"
        case .function, .method, .object:
            throw TemplateError(position: position, problem: .unsupported("printing a \(value.typeName)"))
        }
    }

    private mutating func write(_ sequence: TemplateSequence) throws(TemplateError) {
        let values = sequence.values
        switch sequence.kind {
        case .list: try write(values, "[", "]")
        case .tuple: try write(values, "(", values.count == 1 ? ",)" : ")")
        case .range:
            let first = values.first?.wholeNumber ?? 0
            let step = values.count > 1 ? (values[1].wholeNumber ?? 0) - first : 1
            guard !values.isEmpty, step == 1 else {
                throw TemplateError(position: position, problem: .unsupported("printing such a range"))
            }
            text += "range(\(first), \(first + values.count))"
        case .keys, .values, .items: try write(values, sequence.kind.rawValue + "([", "])")
        }
    }

    private mutating func write(
        _ values: [TemplateValue], _ open: String, _ close: String
    ) throws(TemplateError) {
        text += open
        for (index, value) in values.enumerated() {
            if index > 0 { text += ", " }
            try write(value)
        }
        text += close
    }

    private mutating func quote(_ string: String) {
        let scalars = string.unicodeScalars
        let mark: Unicode.Scalar = scalars.contains("'") && !scalars.contains("\"") ? "\"" : "'"
        text.unicodeScalars.append(mark)
        for scalar in scalars {
            switch scalar {
            case "\\": text += "\\\\"
            case "\n": text += "\\n"
            case "\r": text += "\\r"
            case "\t": text += "\\t"
            case mark:
                text += "\\"
                text.unicodeScalars.append(scalar)
            default:
                if scalar.isPythonPrintable {
                    text.unicodeScalars.append(scalar)
                } else {
                    let (letter, width) =
                        scalar.value < 0x100 ? ("x", 2) : scalar.value < 0x10000 ? ("u", 4) : ("U", 8)
                    let hex = String(scalar.value, radix: 16)
                    text += "\\" + letter + String(repeating: "0", count: width - hex.count) + hex
                }
            }
        }
        text.unicodeScalars.append(mark)
    }
}
