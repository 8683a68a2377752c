/// Jinja's expressions, loosest operator first.
extension TemplateParser {
    /// An expression, or several with commas between.
    mutating func tuple(
        withChoice: Bool = true, endsBefore stop: String? = nil
    ) throws(TemplateError) -> TemplateExpression {
        let first = try expression(withChoice: withChoice)
        guard peek.kind == .symbol(",") else { return first }
        var values = [first]
        while take(symbol: ",") {
            if [.symbol(")"), .blockEnd, .variableEnd].contains(peek.kind) { break }
            if let stop, peek.kind == .name(stop) { break }
            values.append(try expression(withChoice: withChoice))
        }
        return TemplateExpression(kind: .tuple(values), position: first.position)
    }

    /// `a if b else c`
    mutating func expression(withChoice: Bool = true) throws(TemplateError) -> TemplateExpression {
        try enter()
        defer { exit() }
        let mark = unknown.count
        var value = try disjunction()
        var levels = 0
        defer { for _ in 0..<levels { exit() } }
        while withChoice, take(name: "if") {
            let condition = try disjunction()
            let otherwise = take(name: "else") ? try expression() : nil
            try enter()
            levels += 1
            value = TemplateExpression(kind: .choice(value, if: condition, else: otherwise), position: value.position)
            // A choice may never come to them.
            unknown.removeSubrange(mark...)
        }
        return value
    }

    private mutating func disjunction() throws(TemplateError) -> TemplateExpression {
        var values = [try conjunction()]
        while take(name: "or") { values.append(try conjunction()) }
        return values.count == 1 ? values[0] : TemplateExpression(kind: .any(values), position: values[0].position)
    }

    private mutating func conjunction() throws(TemplateError) -> TemplateExpression {
        var values = [try negation()]
        while take(name: "and") { values.append(try negation()) }
        return values.count == 1 ? values[0] : TemplateExpression(kind: .all(values), position: values[0].position)
    }

    private mutating func negation() throws(TemplateError) -> TemplateExpression {
        let position = peek.position
        guard take(name: "not") else { return try comparison() }
        try enter()
        defer { exit() }
        return TemplateExpression(kind: .not(try negation()), position: position)
    }

    private mutating func comparison() throws(TemplateError) -> TemplateExpression {
        let first = try sum()
        var rest: [TemplateExpression.Operand] = []
        while true {
            let position = peek.position
            let symbol: String
            if let sign = takeSymbol(["==", "!=", "<", "<=", ">", ">="]) {
                symbol = sign
            } else if take(name: "in") {
                symbol = "in"
            } else if peek.kind == .name("not"), following == .name("in") {
                _ = (next(), next())
                symbol = "not in"
            } else {
                return rest.isEmpty
                    ? first : TemplateExpression(kind: .comparison(first, rest), position: first.position)
            }
            rest.append(TemplateExpression.Operand(symbol: symbol, value: try sum(), position: position))
        }
    }

    private mutating func sum() throws(TemplateError) -> TemplateExpression {
        try operations(["+", "-"]) { parser throws(TemplateError) in try parser.concatenation() }
    }

    private mutating func concatenation() throws(TemplateError) -> TemplateExpression {
        var values = [try product()]
        while take(symbol: "~") { values.append(try product()) }
        return values.count == 1 ? values[0] : TemplateExpression(kind: .joined(values), position: values[0].position)
    }

    private mutating func product() throws(TemplateError) -> TemplateExpression {
        try operations(["*", "/", "//", "%"]) { parser throws(TemplateError) in try parser.power() }
    }

    private mutating func power() throws(TemplateError) -> TemplateExpression {
        try operations(["**"]) { parser throws(TemplateError) in try parser.unary() }
    }

    private mutating func operations(
        _ symbols: [String], of operand: (inout TemplateParser) throws(TemplateError) -> TemplateExpression
    ) throws(TemplateError) -> TemplateExpression {
        let first = try operand(&self)
        var rest: [TemplateExpression.Operand] = []
        while true {
            let position = peek.position
            guard let symbol = takeSymbol(symbols) else { break }
            rest.append(TemplateExpression.Operand(symbol: symbol, value: try operand(&self), position: position))
        }
        return rest.isEmpty ? first : TemplateExpression(kind: .operations(first, rest), position: first.position)
    }

    private mutating func unary(withFilters: Bool = true) throws(TemplateError) -> TemplateExpression {
        let position = peek.position
        let value: TemplateExpression
        if let sign = takeSymbol(["-", "+"]) {
            try enter()
            defer { exit() }
            value = TemplateExpression(kind: .sign(sign, try unary(withFilters: false)), position: position)
        } else {
            value = try primary()
        }
        let whole = try postfix(value)
        return withFilters ? try filters(whole) : whole
    }
}
