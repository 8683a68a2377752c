/// Jinja's tests: what stands after `is`.
enum TemplateTest: String {
    case boolean, callable, defined, divisibleby, eq, equalto, escaped, even, `false`, filter, float, ge, greaterthan,
        gt
    case `in`, integer, iterable, le, lessthan, lower, lt, mapping, ne, none, number, odd, sameas, sequence, string,
        test
    case `true`, undefined, upper
}

extension TemplateRenderer {
    mutating func test(
        _ name: String, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> Bool {
        if let comparison = Self.comparisons[name] {
            let other = try arguments.bind("other", required: 1)[0] ?? .none
            return try holds(comparison, value, other, arguments.position)
        }
        guard let test = TemplateTest(rawValue: name) else {
            throw TemplateError(position: arguments.position, problem: .unsupported("test \(name)"))
        }
        switch test {
        case .divisibleby:
            let divisor = try arguments.integer(try arguments.bind("num", required: 1)[0], 0)
            return try isDivisible(value, by: divisor, arguments)
        case .sameas: return try isSame(value, try arguments.bind("other", required: 1)[0] ?? .none, arguments)
        default: break
        }
        _ = try arguments.bind()
        switch test {
        case .odd: return try !isDivisible(value, by: 2, arguments)
        case .even: return try isDivisible(value, by: 2, arguments)
        case .lower, .upper:
            let text = try TemplatePrinter.print(value, arguments.position)
            return text.satisfies(test == .lower ? .islower : .isupper)
        case .filter: return TemplateFilter(rawValue: value.text ?? "") != nil
        case .test: return TemplateTest(rawValue: value.text ?? "") != nil || Self.comparisons[value.text ?? ""] != nil
        default: return value.satisfies(test)
        }
    }

    private static let comparisons = [
        "==": "==", "eq": "==", "equalto": "==", "!=": "!=", "ne": "!=", "<": "<", "lt": "<", "lessthan": "<",
        "<=": "<=", "le": "<=", ">": ">", "gt": ">", "greaterthan": ">", ">=": ">=", "ge": ">=", "in": "in",
    ]

    private func isDivisible(
        _ value: TemplateValue, by divisor: Int, _ arguments: Arguments
    ) throws(TemplateError) -> Bool {
        let remainder = try compute("%", value, .integer(divisor), arguments.position)
        guard let number = remainder.number else { throw arguments.wrongType(value) }
        return number == 0
    }

    /// Only where the answer doesn't depend on how Python keeps values.
    private func isSame(
        _ value: TemplateValue, _ other: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> Bool {
        switch (value, other) {
        case (.none, .none): return true
        case (.bool(let left), .bool(let right)): return left == right
        case (.object(let left, _), .object(let right, _)): return left == right
        case (.none, _), (_, .none), (.bool, _), (_, .bool): return false
        default: throw TemplateError(position: arguments.position, problem: .unsupported("test sameas of such values"))
        }
    }
}

extension TemplateValue {
    fileprivate func satisfies(_ test: TemplateTest) -> Bool {
        switch (test, self) {
        case (.undefined, _): return isUndefined
        case (.defined, _): return !isUndefined
        case (.none, .none), (.boolean, .bool), (.float, .float), (.integer, .integer), (.mapping, .mapping):
            return true
        case (.number, _): return number != nil
        case (.string, _): return text != nil
        case (.escaped, _): return isMarkup
        case (.true, .bool(let value)): return value
        case (.false, .bool(let value)): return !value
        case (.callable, .function), (.callable, .method), (.callable, .undefined): return true
        case (.callable, .object(_, let kind)): return kind == .macro || kind == .joiner || kind == .loop
        case (.sequence, .sequence(let sequence)): return !sequence.kind.isView
        case (.iterable, .sequence), (.iterable, .undefined), (.iterable, .mapping), (.sequence, .mapping): return true
        case (.iterable, .object(_, let kind)): return kind == .iterator || kind == .loop
        case (.iterable, _), (.sequence, _): return text != nil || (test == .sequence && isUndefined)
        default: return false
        }
    }
}
