/// Functions and methods.
extension TemplateRenderer {
    mutating func call(
        _ callee: TemplateExpression, _ arguments: TemplateArguments, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        switch callee.kind {
        case .name(let name):
            return try function(name, try Arguments(arguments, &self, line))
        case .attribute(let base, let name):
            let value = try evaluate(base)
            return try method(name, of: value, try Arguments(arguments, &self, line))
        default: throw TemplateError(line: line, problem: .unsupported("call of an expression"))
        }
    }

    private mutating func function(_ name: String, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        switch name {
        case "raise_exception":
            let message = try arguments.bind(name, "message", required: 1)[0] ?? .none
            throw TemplateError(line: arguments.line, problem: .raised(try message.printed(arguments.line)))
        case "namespace":
            let values = try arguments.onlyNamed(name).map { ($0.name, $0.value) }
            namespaces.append(Dictionary(values, uniquingKeysWith: { $1 }))
            return .namespace(namespaces.count - 1)
        case "dict":
            return .dictionary(try arguments.onlyNamed(name).map { ($0.name, $0.value) })
        case "range":
            let values = try arguments.bind(name, "start", "stop", "step", required: 1)
            return .list(try range(values, arguments))
        default: throw TemplateError(line: arguments.line, problem: .unsupported("function \(name)"))
        }
    }

    private mutating func range(
        _ values: [TemplateValue?], _ arguments: Arguments
    ) throws(TemplateError) -> [TemplateValue] {
        var numbers: [Int] = []
        for value in values.compactMap({ $0 }) {
            guard let number = value.wholeNumber, number.magnitude < 1 << 62 else {
                throw arguments.wrongType("range", value)
            }
            numbers.append(number)
        }
        let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw arguments.wrong("range") }
        let count = step > 0 ? (end - start + step - 1) / step : (start - end - step - 1) / -step
        guard count <= TemplateLimit.range else {
            throw TemplateError(line: arguments.line, problem: .limit("elements of a range", TemplateLimit.range))
        }
        try charge(max(0, count), arguments.line)
        return stride(from: start, to: end, by: step).map { .integer($0) }
    }

    private mutating func method(
        _ name: String, of value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        switch value {
        case .string(let string): return try method(name, of: string, arguments)
        case .dictionary(let entries):
            switch name {
            case "items":
                _ = try arguments.bind(name)
                return .list(entries.map { .list([.string($0.key), $0.value]) })
            case "keys":
                _ = try arguments.bind(name)
                return .list(entries.map { .string($0.key) })
            case "values":
                _ = try arguments.bind(name)
                return .list(entries.map(\.value))
            case "get":
                let values = try arguments.bind(name, "key", "default", required: 1)
                guard case .string(let key) = values[0] else { return values[1] ?? .none }
                return value.entry(key) ?? values[1] ?? .none
            default: break
            }
        case .undefined(let base): throw TemplateError(line: arguments.line, problem: .undefined(base))
        default: break
        }
        throw TemplateError(line: arguments.line, problem: .unsupported("method \(name) of \(value.typeName)"))
    }

    private mutating func method(
        _ name: String, of string: String, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        try charge(string.utf8.count, arguments.line)
        switch name {
        case "strip", "lstrip", "rstrip":
            let characters = try arguments.bind(name, "chars")[0]
            let set: String?
            switch characters {
            case nil, .some(.none): set = nil
            case .some(let value): set = try arguments.string(value, name)
            }
            return .string(string.trimmed(left: name != "rstrip", right: name != "lstrip", of: set))
        case "upper", "lower":
            _ = try arguments.bind(name)
            return .string(name == "upper" ? string.uppercased() : string.lowercased())
        case "startswith", "endswith":
            let part = try arguments.string(try arguments.bind(name, "part", required: 1)[0] ?? .none, name)
            let isStart = name == "startswith"
            return .bool(
                isStart
                    ? string.utf8.starts(with: part.utf8) : string.utf8.reversed().starts(with: part.utf8.reversed()))
        case "split":
            let values = try arguments.bind(name, "sep", "maxsplit")
            return .list(try split(string, values, arguments).map { .string($0) })
        case "replace":
            let values = try arguments.bind(name, "old", "new", required: 2)
            return try replace(string, values, arguments)
        default: throw TemplateError(line: arguments.line, problem: .unsupported("method \(name) of str"))
        }
    }

    private func split(
        _ string: String, _ values: [TemplateValue?], _ arguments: Arguments
    ) throws(TemplateError) -> [String] {
        let limit = values[1]?.wholeNumber ?? -1
        switch values[0] {
        case nil, .some(.none):
            guard limit < 0 else {
                throw TemplateError(line: arguments.line, problem: .unsupported("split at spaces with a limit"))
            }
            return string.unicodeScalars.split(whereSeparator: \.isPythonSpace).map(String.init)
        case .some(let value):
            let separator = try arguments.string(value, "split")
            guard !separator.isEmpty else { throw arguments.wrong("split") }
            return string.parts(separatedBy: separator, atMost: limit < 0 ? .max : limit)
        }
    }

    mutating func replace(
        _ string: String, _ values: [TemplateValue?], _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let old = try arguments.string(values[0] ?? .none, "replace")
        let new = try arguments.string(values[1] ?? .none, "replace")
        guard !old.isEmpty else {
            throw TemplateError(line: arguments.line, problem: .unsupported("replace of an empty string"))
        }
        let parts = string.parts(separatedBy: old)
        let (size, overflow) = new.utf8.count.multipliedReportingOverflow(by: parts.count)
        try charge(overflow ? TemplateLimit.work : size, arguments.line)
        return try text(parts.joined(separator: new), arguments.line)
    }
}
