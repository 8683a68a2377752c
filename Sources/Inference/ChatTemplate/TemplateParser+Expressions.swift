/// Jinja's expressions, loosest operator first; filters bind closest of all.
extension TemplateParser {
    /// An expression, or several with commas between, which are a list.
    mutating func tuple() throws(TemplateError) -> TemplateExpression {
        let first = try expression()
        guard case .symbol(",") = peek.kind else { return first }
        var values = [first]
        while take(symbol: ",") {
            if [.symbol(")"), .blockEnd, .variableEnd].contains(peek.kind) { break }
            values.append(try expression())
        }
        return try make(.list(values), first.line, values)
    }

    /// `a if b else c`
    mutating func expression(withChoice: Bool = true) throws(TemplateError) -> TemplateExpression {
        try enter()
        defer { exit() }
        var value = try disjunction()
        while withChoice, take(name: "if") {
            let condition = try disjunction()
            let otherwise = take(name: "else") ? try expression() : nil
            value = try make(
                .choice(value, if: condition, else: otherwise), value.line,
                [value, condition] + [otherwise].compactMap { $0 })
        }
        return value
    }

    private mutating func disjunction() throws(TemplateError) -> TemplateExpression {
        var left = try conjunction()
        while take(name: "or") { left = try binary("or", left, conjunction()) }
        return left
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var left = try negation()
        while take(name: "and") { left = try binary("and", left, negation()) }
        return left
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        let line = peek.line
        guard take(name: "not") else { return try comparison() }
        try enter()
        defer { exit() }
        let operand = try negation()
        return try make(.not(operand), line, [operand])
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        let first = try sum()
        var rest: [(symbol: String, operand: TemplateExpression)] = []
        while true {
            if case .symbol(let symbol) = peek.kind, ["==", "!=", "<", "<=", ">", ">="].contains(symbol) {
                position += 1
                rest.append((symbol, try sum()))
            } else if take(name: "in") {
                rest.append(("in", try sum()))
            } else if peek.kind == .name("not"), following == .name("in") {
                position += 2
                rest.append(("not in", try sum()))
            } else {
                return rest.isEmpty
                    ? first : try make(.comparison(first, rest), first.line, [first] + rest.map(\.operand))
            }
        }
    }

    private var following: TemplateToken.Kind { tokens[min(position + 1, tokens.count - 1)].kind }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        var left = try concatenation()
        while let symbol = takeSymbol(["+", "-"]) { left = try binary(symbol, left, concatenation()) }
        return left
    }

    private mutating func concatenation() throws(TemplateError) -> TemplateExpression {
        var left = try product()
        while let symbol = takeSymbol(["~"]) { left = try binary(symbol, left, product()) }
        return left
    }

    private mutating func product() throws(TemplateError) -> TemplateExpression {
        var left = try unary()
        while let symbol = takeSymbol(["*", "/", "//", "%"]) { left = try binary(symbol, left, unary()) }
        if peek.kind == .symbol("**") {
            throw TemplateError(line: peek.line, problem: .unsupported("operator **"))
        }
        return left
    }

    private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> TemplateExpression {
        let line = peek.line
        var value: TemplateExpression
        if let sign = takeSymbol(["-", "+"]) {
            try enter()
            defer { exit() }
            value = try unary(withFilters: false)
            if sign == "-" { value = try make(.negative(value), line, [value]) }
        } else {
            value = try postfix(primary())
        }
        return withFilters ? try filters(postfix(value)) : value
    }

    private mutating func takeSymbol(_ symbols: [String]) -> String? {
        guard case .symbol(let symbol) = peek.kind, symbols.contains(symbol) else { return nil }
        position += 1
        return symbol
    }

    private mutating func primary() throws(TemplateError) -> TemplateExpression {
        let token = next()
        switch token.kind {
        case .name("true"), .name("True"): return try constant(.bool(true), token)
        case .name("false"), .name("False"): return try constant(.bool(false), token)
        case .name("none"), .name("None"): return try constant(.none, token)
        case .name(let name): return try make(.name(name), token.line, [])
        case .integer(let value): return try constant(.integer(value), token)
        case .float(let value): return try constant(.float(value), token)
        case .string(var string):
            while case .string(let more) = peek.kind {
                string += more
                position += 1
            }
            return try constant(.string(string), token)
        case .symbol("("):
            if take(symbol: ")") { return try make(.list([]), token.line, []) }
            let value = try tuple()
            try expect(symbol: ")")
            return value
        case .symbol("["):
            let values = try list(until: "]")
            return try make(.list(values), token.line, values)
        case .symbol("{"): return try dictionary(token.line)
        default: throw error(expected: "an expression", token)
        }
    }

    private func constant(_ value: TemplateValue, _ token: TemplateToken) throws(TemplateError) -> TemplateExpression {
        try make(.constant(value), token.line, [])
    }

    private mutating func list(until end: String) throws(TemplateError) -> [TemplateExpression] {
        var values: [TemplateExpression] = []
        while !take(symbol: end) {
            if !values.isEmpty { try expect(symbol: ",") }
            if take(symbol: end) { break }
            values.append(try expression())
        }
        return values
    }

    private mutating func dictionary(_ line: Int) throws(TemplateError) -> TemplateExpression {
        var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !take(symbol: "}") {
            if !entries.isEmpty { try expect(symbol: ",") }
            if take(symbol: "}") { break }
            let key = try expression()
            try expect(symbol: ":")
            entries.append((key, try expression()))
        }
        return try make(.dictionary(entries), line, entries.flatMap { [$0.key, $0.value] })
    }

    /// `.name`, `[item]`, `[from:to:step]` and `(arguments)` after a value.
    private mutating func postfix(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        while true {
            if take(symbol: ".") {
                let token = next()
                switch token.kind {
                case .name(let name): value = try make(.attribute(value, name), token.line, [value])
                case .integer(let index):
                    value = try make(.item(value, constant(.integer(index), token)), token.line, [value])
                default: throw error(expected: "a name", token)
                }
            } else if take(symbol: "[") {
                value = try subscription(of: value)
            } else if take(symbol: "(") {
                let arguments = try arguments()
                value = try make(.call(value, arguments), value.line, [value] + arguments.all)
            } else {
                return value
            }
        }
    }

    private mutating func subscription(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let line = peek.line
        var parts: [TemplateExpression?] = []
        var isSlice = false
        while true {
            let isEmpty = [.symbol(":"), .symbol("]")].contains(peek.kind)
            parts.append(isEmpty ? nil : try expression())
            guard parts.count < 4, take(symbol: ":") else { break }
            isSlice = true
        }
        if peek.kind == .symbol(",") {
            throw TemplateError(line: line, problem: .unsupported("subscript with a comma"))
        }
        try expect(symbol: "]")
        let given = parts.compactMap { $0 }
        if !isSlice, let index = given.first { return try make(.item(value, index), line, [value, index]) }
        guard isSlice, parts.count <= 3 else { throw error(expected: "a subscript", line: line, found: "]") }
        return try make(
            .slice(value, from: parts[0], to: parts[1], step: parts.count > 2 ? parts[2] : nil), line,
            [value] + given)
    }

    /// `|name(arguments)` and `is name argument` after a value.
    private mutating func filters(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        while true {
            if take(symbol: "|") {
                let (name, line) = try identifier()
                let arguments = take(symbol: "(") ? try arguments() : TemplateArguments()
                value = try make(.filter(value, name, arguments), line, [value] + arguments.all)
            } else if take(name: "is") {
                let isNegated = take(name: "not")
                let (name, line) = try identifier()
                let arguments = try testArguments()
                value = try make(.test(value, name, arguments), line, [value] + arguments.all)
                if isNegated { value = try make(.not(value), line, [value]) }
            } else {
                return value
            }
        }
    }

    /// A test takes its one argument without parentheses too: `is divisibleby 3`.
    private mutating func testArguments() throws(TemplateError) -> TemplateArguments {
        switch peek.kind {
        case .symbol("("):
            position += 1
            return try arguments()
        case .name("else"), .name("or"), .name("and"), .name("is"), .name("if"), .name("in"), .name("not"):
            return TemplateArguments()
        case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
            return TemplateArguments(positional: [try postfix(primary())])
        default: return TemplateArguments()
        }
    }

    /// What stands between parentheses, the first of which has been read.
    private mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        var isFirst = true
        while !take(symbol: ")") {
            if !isFirst { try expect(symbol: ",") }
            if take(symbol: ")") { break }
            isFirst = false
            if let symbol = takeSymbol(["*"]) {
                throw TemplateError(line: peek.line, problem: .unsupported("\(symbol)arguments"))
            }
            if let (name, _) = peekName(), following == .symbol("=") {
                position += 2
                arguments.named.append((name, try expression()))
            } else {
                arguments.positional.append(try expression())
            }
        }
        return arguments
    }

    private mutating func binary(
        _ symbol: String, _ left: TemplateExpression, _ right: TemplateExpression
    ) throws(TemplateError) -> TemplateExpression {
        try make(.binary(symbol, left, right), left.line, [left, right])
    }

    private func make(
        _ kind: TemplateExpression.Kind, _ line: Int, _ operands: [TemplateExpression]
    ) throws(TemplateError) -> TemplateExpression {
        let depth = (operands.map(\.depth).max() ?? 0) + 1
        guard depth <= 2 * TemplateLimit.depth else {
            throw TemplateError(line: line, problem: .limit("operations in an expression", 2 * TemplateLimit.depth))
        }
        return TemplateExpression(kind: kind, line: line, depth: depth)
    }
}

extension TemplateArguments {
    var all: [TemplateExpression] { positional + named.map(\.value) }
}
