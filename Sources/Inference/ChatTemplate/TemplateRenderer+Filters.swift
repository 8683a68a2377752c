/// `value|name(arguments)`
extension TemplateRenderer {
    mutating func filter(
        _ name: String, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let line = arguments.line
        switch name {
        case "default", "d":
            let values = try arguments.bind(name, "default_value", "boolean")
            let replacesFalse = values[1]?.isTrue ?? false
            if case .undefined = value { return values[0] ?? .string("") }
            return replacesFalse && !value.isTrue ? values[0] ?? .string("") : value
        case "trim":
            let characters = try arguments.bind(name, "chars")[0]
            let set: String?
            if let characters { set = try arguments.string(characters, name) } else { set = nil }
            return try text(try value.printed(line).trimmed(of: set), line)
        case "upper", "lower":
            _ = try arguments.bind(name)
            let string = try value.printed(line)
            return try text(name == "upper" ? string.uppercased() : string.lowercased(), line)
        case "string":
            _ = try arguments.bind(name)
            return try text(try value.printed(line), line)
        case "length", "count":
            _ = try arguments.bind(name)
            return .integer(try length(of: value, arguments))
        case "first", "last":
            _ = try arguments.bind(name)
            let items = try items(of: value, line)
            return (name == "first" ? items.first : items.last) ?? .undefined("\(name) of nothing")
        case "list":
            _ = try arguments.bind(name)
            return .list(try items(of: value, line))
        case "items":
            _ = try arguments.bind(name)
            guard case .dictionary(let entries) = value else { throw arguments.wrongType(name, value) }
            return .list(entries.map { .list([.string($0.key), $0.value]) })
        case "join":
            let separator = try arguments.bind(name, "d")[0] ?? .string("")
            var parts: [String] = []
            for item in try items(of: value, line) { parts.append(try item.printed(line)) }
            let between = try arguments.string(separator, name)
            let (size, overflow) = between.utf8.count.multipliedReportingOverflow(by: parts.count)
            try charge(overflow ? TemplateLimit.work : size, line)
            return try text(parts.joined(separator: between), line)
        case "replace":
            let values = try arguments.bind(name, "old", "new", required: 2)
            return try replace(try value.printed(line), values, arguments)
        case "tojson":
            return try text(try json(value, arguments), line)
        default: throw TemplateError(line: line, problem: .unsupported("filter \(name)"))
        }
    }

    private func length(of value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let string): return string.unicodeScalars.count
        case .list(let values): return values.count
        case .dictionary(let entries): return entries.count
        default: throw arguments.wrongType("length", value)
        }
    }

    /// As transformers defines it: Python's `json.dumps(value, ensure_ascii=False, indent=indent)`.
    private func json(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> String {
        let indent = try arguments.bind("tojson", "indent")[0]
        let width: Int?
        switch indent {
        case nil, .some(.none): width = nil
        case .some(let value):
            guard let number = value.wholeNumber, (0...32).contains(number) else {
                throw arguments.wrongType("tojson", value)
            }
            width = number
        }
        var text = ""
        try TemplateJSON.write(value, indent: width, level: 0, line: arguments.line, into: &text)
        return text
    }
}
