extension TemplateRenderer {
    func number(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        if value.isUndefined { throw arguments.wrongType(value) }
        switch filter {
        case .abs:
            _ = try arguments.bind()
            if case .float(let number) = value { return .float(number.magnitude) }
            guard let number = value.wholeNumber else { throw arguments.wrongType(value) }
            return number < 0 ? try compute("-", .integer(0), .integer(number), arguments.position) : .integer(number)
        case .float:
            let missing = try arguments.bind("default")[0] ?? .float(0)
            return (value.text.map(PythonFloat.parse) ?? value.number).map { .float($0) } ?? missing
        case .int:
            let values = try arguments.bind("default", "base")
            let base = try arguments.integer(values[1], 10)
            return try whole(value, base, arguments) ?? values[0] ?? .integer(0)
        default: return try rounded(value, arguments)
        }
    }

    private func whole(
        _ value: TemplateValue, _ base: Int, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue? {
        if let number = value.wholeNumber { return .integer(number) }
        if let text = value.text, let number = Self.integer(text, base) { return .integer(number) }
        guard let number = value.text.map(PythonFloat.parse) ?? value.number, number.isFinite else { return nil }
        guard let whole = Int(exactly: number.rounded(.towardZero)) else {
            throw limit("as the size of a number", .max, arguments.position)
        }
        return .integer(whole)
    }

    /// What Python's `int(text, base)` reads.
    private static func integer(_ text: String, _ base: Int) -> Int? {
        var digits = text.trimmed()
        let isNegative = digits.hasPrefix("-")
        if isNegative || digits.hasPrefix("+") { digits.removeFirst() }
        let prefixes = ["0x": 16, "0o": 8, "0b": 2]
        var base = base
        var hasPrefix = false
        if let radix = prefixes[digits.prefix(2).lowercased()], base == radix || base == 0 {
            digits.removeFirst(2)
            base = radix
            hasPrefix = true
        } else if base == 0 {
            base = 10
        }
        guard (2...36).contains(base), let first = digits.first, first != "-", first != "+", hasPrefix || first != "_",
            digits.last != "_", !digits.contains("__")
        else { return nil }
        return Int((isNegative ? "-" : "") + digits.filter { $0 != "_" }, radix: base)
    }

    private func rounded(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("precision", "method")
        let precision = try arguments.integer(values[0], 0)
        let method = try arguments.text(values[1], "common")
        guard ["common", "ceil", "floor"].contains(method) else { throw arguments.wrong }
        guard let number = value.number, number.isFinite else { throw arguments.wrongType(value) }
        guard (0...TemplateLimit.precision).contains(precision) else {
            throw limit("digits after the point", TemplateLimit.precision, arguments.position)
        }
        guard method == "common" else {
            var scale = 1.0
            for _ in 0..<precision { scale *= 10 }
            let scaled = number * scale
            return .float((method == "ceil" ? scaled.rounded(.up) : scaled.rounded(.down)) / scale)
        }
        if let whole = value.wholeNumber { return .integer(whole) }
        guard let rounded = Double(PythonFloat.fixed(number, precision)) else { throw arguments.wrongType(value) }
        return .float(rounded)
    }
}
