extension TemplateRenderer {
    /// The value of an expression, by Python's rules.
    mutating func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        let line = expression.line
        try step(line)
        switch expression.kind {
        case .constant(let value): return value
        case .name(let name): return lookUp(name)
        case .list(let values): return .list(try evaluate(values))
        case .dictionary(let entries):
            var values: [(key: String, value: TemplateValue)] = []
            for entry in entries {
                guard case .string(let key) = try evaluate(entry.key) else {
                    throw TemplateError(line: line, problem: .unsupported("dictionary key that is not a string"))
                }
                values.removeAll { $0.key.isSame(as: key) }
                values.append((key, try evaluate(entry.value)))
            }
            return .dictionary(values)
        case .attribute(let base, let name): return try attribute(name, of: try evaluate(base), line)
        case .item(let base, let index): return try item(try evaluate(index), of: try evaluate(base), line)
        case .slice(let base, let from, let to, let step):
            let bounds = try [from, to, step].map { part throws(TemplateError) in try bound(part) }
            return try slice(try evaluate(base), bounds[0], bounds[1], bounds[2] ?? 1, line)
        case .call(let callee, let arguments): return try call(callee, arguments, line)
        case .filter(let base, let name, let arguments):
            return try filter(name, try evaluate(base), try Arguments(arguments, &self, line))
        case .test(let base, let name, let arguments):
            return .bool(try test(name, try evaluate(base), try Arguments(arguments, &self, line)))
        case .not(let operand): return .bool(!(try evaluate(operand).isTrue))
        case .negative(let operand):
            let value = try evaluate(operand)
            if let number = value.wholeNumber, number != .min { return .integer(-number) }
            if let number = value.number { return .float(-number) }
            throw TemplateError(line: line, problem: .wrongType(operation: "-", found: value.typeName))
        case .binary(let symbol, let left, let right): return try binary(symbol, left, right, line)
        case .comparison(let first, let rest):
            var left = try evaluate(first)
            for (symbol, operand) in rest {
                let right = try evaluate(operand)
                guard try compare(symbol, left, right, line) else { return .bool(false) }
                left = right
            }
            return .bool(true)
        case .choice(let value, let condition, let otherwise):
            if try evaluate(condition).isTrue { return try evaluate(value) }
            guard let otherwise else { return .undefined("the value of an if without else") }
            return try evaluate(otherwise)
        }
    }

    mutating func evaluate(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    private mutating func bound(_ part: TemplateExpression?) throws(TemplateError) -> Int? {
        guard let part else { return nil }
        let value = try evaluate(part)
        if case .none = value { return nil }
        guard let number = value.wholeNumber else {
            throw TemplateError(line: part.line, problem: .wrongType(operation: "slice", found: value.typeName))
        }
        return number
    }

    private mutating func binary(
        _ symbol: String, _ leftSide: TemplateExpression, _ rightSide: TemplateExpression, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        let left = try evaluate(leftSide)
        switch symbol {
        case "and": return left.isTrue ? try evaluate(rightSide) : left
        case "or": return left.isTrue ? left : try evaluate(rightSide)
        default: break
        }
        let right = try evaluate(rightSide)
        switch (symbol, left, right) {
        case ("~", _, _): return try text(try left.printed(line) + right.printed(line), line)
        case ("+", .string(let left), .string(let right)): return try text(left + right, line)
        case ("+", .list(let left), .list(let right)):
            try charge(left.count + right.count, line)
            return .list(left + right)
        case ("*", .string(let string), let count), ("*", let count, .string(let string)):
            if let count = count.wholeNumber {
                let (size, overflow) = string.utf8.count.multipliedReportingOverflow(by: max(0, count))
                try charge(overflow ? TemplateLimit.work : size, line)
                return try text(String(repeating: string, count: max(0, count)), line)
            }
        default: break
        }
        if case .undefined(let name) = left { throw TemplateError(line: line, problem: .undefined(name)) }
        if case .undefined(let name) = right { throw TemplateError(line: line, problem: .undefined(name)) }
        if let result = try Self.arithmetic(symbol, left, right, line) { return result }
        throw TemplateError(
            line: line, problem: .wrongType(operation: symbol, found: "\(left.typeName) and \(right.typeName)"))
    }

    private static func arithmetic(
        _ symbol: String, _ left: TemplateValue, _ right: TemplateValue, _ line: Int
    ) throws(TemplateError) -> TemplateValue? {
        if let left = left.wholeNumber, let right = right.wholeNumber, symbol != "/" {
            let result: (partialValue: Int, overflow: Bool)
            switch symbol {
            case "+": result = left.addingReportingOverflow(right)
            case "-": result = left.subtractingReportingOverflow(right)
            case "*": result = left.multipliedReportingOverflow(by: right)
            case "//", "%":
                let (quotient, overflow) = left.dividedReportingOverflow(by: right)
                if overflow { throw TemplateError(line: line, problem: .limit("size of numbers", .max)) }
                // Python rounds down, and the remainder has the divisor's sign.
                let remainder = left - quotient * right
                let isBelow = remainder != 0 && (remainder < 0) != (right < 0)
                return .integer(symbol == "//" ? quotient - (isBelow ? 1 : 0) : remainder + (isBelow ? right : 0))
            default: return nil
            }
            if result.overflow { throw TemplateError(line: line, problem: .limit("size of numbers", .max)) }
            return .integer(result.partialValue)
        }
        guard let left = left.number, let right = right.number else { return nil }
        switch symbol {
        case "+": return .float(left + right)
        case "-": return .float(left - right)
        case "*": return .float(left * right)
        case "/" where right != 0: return .float(left / right)
        case "//" where right != 0: return .float((left / right).rounded(.down))
        case "%" where right != 0: return .float(left - (left / right).rounded(.down) * right)
        default: throw TemplateError(line: line, problem: .wrongType(operation: symbol, found: "zero"))
        }
    }

    func compare(
        _ symbol: String, _ left: TemplateValue, _ right: TemplateValue, _ line: Int
    ) throws(TemplateError) -> Bool {
        switch symbol {
        case "==": return left.equals(right)
        case "!=": return !left.equals(right)
        case "in": return try contains(right, left, line)
        case "not in": return !(try contains(right, left, line))
        default: break
        }
        let isLess: Bool
        let isEqual = left.equals(right)
        if let left = left.wholeNumber, let right = right.wholeNumber {
            isLess = left < right
        } else if let left = left.number, let right = right.number {
            isLess = left < right
        } else if case .string(let left) = left, case .string(let right) = right {
            isLess = left.utf8.lexicographicallyPrecedes(right.utf8)
        } else {
            throw TemplateError(
                line: line, problem: .wrongType(operation: symbol, found: "\(left.typeName) and \(right.typeName)"))
        }
        switch symbol {
        case "<": return isLess
        case "<=": return isLess || isEqual
        case ">": return !isLess && !isEqual
        default: return !isLess
        }
    }

    private func contains(
        _ container: TemplateValue, _ value: TemplateValue, _ line: Int
    ) throws(TemplateError) -> Bool {
        switch (container, value) {
        case (.string(let text), .string(let part)): return text.contains(scalars: part)
        case (.list(let values), _): return values.contains { $0.equals(value) }
        case (.dictionary, .string(let key)): return container.entry(key) != nil
        case (.undefined, _): return false
        default:
            throw TemplateError(
                line: line,
                problem: .wrongType(operation: "in", found: "\(value.typeName) and \(container.typeName)"))
        }
    }

    /// A string that an operation made, if it is not too long.
    mutating func text(_ string: String, _ line: Int) throws(TemplateError) -> TemplateValue {
        try charge(string.utf8.count, line)
        guard string.utf8.count <= TemplateLimit.text else {
            throw TemplateError(line: line, problem: .limit("bytes in a string", TemplateLimit.text))
        }
        return .string(string)
    }
}

extension TemplateValue {
    /// What `{{ value }}` writes.
    func printed(_ line: Int) throws(TemplateError) -> String {
        switch self {
        case .undefined: ""
        case .none: "None"
        case .bool(let value): value ? "True" : "False"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .string(let value): value
        case .list, .dictionary, .namespace:
            throw TemplateError(line: line, problem: .unsupported("printing a \(typeName)"))
        }
    }
}
