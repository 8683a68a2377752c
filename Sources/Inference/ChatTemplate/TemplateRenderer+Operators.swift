extension TemplateRenderer {
    mutating func operation(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        let position = expression.position
        switch expression.kind {
        case .not(let value): return .bool(try !evaluate(value).isTrue)
        case .sign(let sign, let value): return try signed(sign, try evaluate(value), position)
        case .all(let values): return try firstValue(of: values, thatIs: false)
        case .any(let values): return try firstValue(of: values, thatIs: true)
        case .joined(let values): return try joined(values, position)
        case .choice(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            return try otherwise.map { value throws(TemplateError) in try evaluate(value) } ?? .undefined("the value")
        case .operations(let first, let rest):
            var value = try evaluate(first)
            for operand in rest {
                value = try compute(operand.symbol, value, try evaluate(operand.value), operand.position)
                try charge(value.size, operand.position)
            }
            return value
        case .comparison(let first, let rest):
            var left = try evaluate(first)
            for operand in rest {
                let right = try evaluate(operand.value)
                guard try holds(operand.symbol, left, right, operand.position) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        default: return .none
        }
    }

    private mutating func firstValue(
        of expressions: [TemplateExpression], thatIs truth: Bool
    ) throws(TemplateError) -> TemplateValue {
        var value = TemplateValue.none
        for expression in expressions {
            value = try evaluate(expression)
            if value.isTrue == truth { break }
        }
        return value
    }

    /// `~`: without autoescape Jinja joins plain texts.
    private mutating func joined(
        _ expressions: [TemplateExpression], _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        var values: [TemplateValue] = []
        for expression in expressions {
            values.append(.string(try TemplatePrinter.print(try evaluate(expression), expression.position)))
        }
        return try join(values, with: .string(""), position)
    }

    /// The texts of `values`, `separator` between them.
    mutating func join(
        _ values: [TemplateValue], with separator: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        let escapes = values.contains(where: \.isMarkup) || separator.isMarkup
        let between = try text(separator, escaped: escapes, position)
        var joined = ""
        for (index, value) in values.enumerated() {
            if index > 0 { joined += between }
            joined += try text(value, escaped: escapes, position)
            guard joined.utf8.count <= TemplateLimit.text else {
                throw limit("bytes of text", TemplateLimit.text, position)
            }
        }
        try charge(joined.utf8.count, position)
        return escapes ? .markup(joined) : .string(joined)
    }

    private func text(
        _ value: TemplateValue, escaped: Bool, _ position: TemplatePosition
    ) throws(TemplateError) -> String {
        let text = try TemplatePrinter.print(value, position)
        return escaped && !value.isMarkup ? text.escaped : text
    }

    private func signed(
        _ sign: String, _ value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        if case .float(let number) = value { return .float(sign == "-" ? -number : number) }
        guard let number = value.wholeNumber else { throw wrongType("\(sign) before a value", value, position) }
        return sign == "-" ? try compute("-", .integer(0), .integer(number), position) : .integer(number)
    }

    func compute(
        _ symbol: String, _ left: TemplateValue, _ right: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        for value in [left, right] where value.isUndefined { throw wrongType(symbol, value, position) }
        if let left = left.wholeNumber, let right = right.wholeNumber {
            return try compute(symbol, left, right, position)
        }
        if let left = left.number, let right = right.number { return try compute(symbol, left, right, position) }
        switch (symbol, left, right) {
        case ("%", _, _) where left.text != nil:
            let text = try PercentFormat.format(left.text ?? "", with: right, position)
            return left.isMarkup ? .markup(text) : .string(text)
        case ("+", _, _):
            if let value = try sum(left, right, position) { return value }
        case ("*", _, _):
            if let count = right.wholeNumber, let value = try repeated(left, count, position) { return value }
            if let count = left.wholeNumber, let value = try repeated(right, count, position) { return value }
        default: break
        }
        throw TemplateError(
            position: position,
            problem: .wrongType(operation: symbol, found: "\(left.typeName) and \(right.typeName)"))
    }

    private func sum(
        _ left: TemplateValue, _ right: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue? {
        if let first = left.text, let second = right.text {
            guard left.isMarkup || right.isMarkup else { return .string(first + second) }
            return .markup((left.isMarkup ? first : first.escaped) + (right.isMarkup ? second : second.escaped))
        }
        guard case .sequence(let first) = left, case .sequence(let second) = right, first.kind == second.kind,
            first.kind == .list || first.kind == .tuple
        else { return nil }
        return .sequence(TemplateSequence(first.values + second.values, first.kind))
    }

    private func repeated(
        _ value: TemplateValue, _ count: Int, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue? {
        let (size, overflow) = value.size.multipliedReportingOverflow(by: max(count, 0))
        guard !overflow, size <= TemplateLimit.text else { throw limit("bytes of text", TemplateLimit.text, position) }
        let count = value.size == 0 ? 0 : max(count, 0)
        switch value {
        case .string(let text): return .string(String(repeating: text, count: count))
        case .markup(let text): return .markup(String(repeating: text, count: count))
        case .sequence(let sequence) where sequence.kind == .list || sequence.kind == .tuple:
            let values = Array(repeating: sequence.values, count: count)
            return .sequence(TemplateSequence(values.flatMap { $0 }, sequence.kind))
        default: return nil
        }
    }
}

extension TemplateValue {
    var isMarkup: Bool {
        if case .markup = self { return true }
        return false
    }
}
