/// What stands between operators: constants, names, and what is asked of them.
extension TemplateParser {
    mutating func primary() throws(TemplateError) -> TemplateExpression {
        let token = next()
        switch token.kind {
        case .name("true"), .name("True"): return constant(.bool(true), token)
        case .name("false"), .name("False"): return constant(.bool(false), token)
        case .name("none"), .name("None"): return constant(.none, token)
        case .name(let name):
            reads.insert(name)
            return TemplateExpression(kind: .name(name), position: token.position)
        case .integer(let value): return constant(.integer(value), token)
        case .float(let value): return constant(.float(value), token)
        case .string(var string):
            while case .string(let more) = peek.kind {
                string += more
                _ = next()
            }
            return constant(.string(string), token)
        case .symbol("("):
            if take(symbol: ")") { return TemplateExpression(kind: .tuple([]), position: token.position) }
            let value = try tuple()
            try expect(symbol: ")")
            return value
        case .symbol("["): return TemplateExpression(kind: .list(try list(until: "]")), position: token.position)
        case .symbol("{"): return TemplateExpression(kind: .dictionary(try dictionary()), position: token.position)
        default: throw failure(expected: "an expression", token)
        }
    }

    private func constant(_ value: TemplateValue, _ token: TemplateToken) -> TemplateExpression {
        TemplateExpression(kind: .constant(value), position: token.position)
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

    private mutating func dictionary() throws(TemplateError) -> [(key: TemplateExpression, value: TemplateExpression)] {
        var entries: [(key: TemplateExpression, value: TemplateExpression)] = []
        while !take(symbol: "}") {
            if !entries.isEmpty { try expect(symbol: ",") }
            if take(symbol: "}") { break }
            let key = try expression()
            try expect(symbol: ":")
            entries.append((key, try expression()))
        }
        return entries
    }

    /// `.name`, `[item]`, `[from:to:step]` and `(arguments)` after a value.
    mutating func postfix(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        var levels = 0
        defer { for _ in 0..<levels { exit() } }
        while let symbol = takeSymbol([".", "[", "("]) {
            try enter()
            levels += 1
            switch symbol {
            case ".": value = try attribute(of: value)
            case "[": value = try subscription(of: value)
            default: value = TemplateExpression(kind: .call(value, try arguments()), position: value.position)
            }
        }
        return value
    }

    private mutating func attribute(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let token = next()
        switch token.kind {
        case .name(let name): return TemplateExpression(kind: .attribute(value, name), position: token.position)
        case .integer(let index):
            return TemplateExpression(kind: .item(value, constant(.integer(index), token)), position: token.position)
        default: throw failure(expected: "a name", token)
        }
    }

    private mutating func subscription(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let position = peek.position
        var parts: [TemplateExpression?] = []
        var isSlice = false
        while true {
            let isEmpty = [.symbol(":"), .symbol("]")].contains(peek.kind)
            parts.append(isEmpty ? nil : try expression())
            guard parts.count < 3, take(symbol: ":") else { break }
            isSlice = true
        }
        if isSlice {
            try expect(symbol: "]")
            return TemplateExpression(
                kind: .slice(value, from: parts[0], to: parts[1], step: parts.count > 2 ? parts[2] : nil),
                position: position)
        }
        guard let first = parts[0] else { throw failure(expected: "a subscript", peek) }
        var items = [first]
        while take(symbol: ",") { items.append(try expression()) }
        try expect(symbol: "]")
        let index = items.count == 1 ? first : TemplateExpression(kind: .tuple(items), position: position)
        return TemplateExpression(kind: .item(value, index), position: position)
    }

    /// `|name(arguments)`, `is name argument` and `(arguments)` after a value.
    mutating func filters(_ start: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        var value = start
        var levels = 0
        defer { for _ in 0..<levels { exit() } }
        while true {
            let position = peek.position
            if peek.kind == .symbol("|") {
                value = try filter(of: value)
            } else if take(name: "is") {
                value = try test(of: value)
            } else if take(symbol: "(") {
                value = TemplateExpression(kind: .call(value, try arguments()), position: position)
            } else {
                return value
            }
            try enter()
            levels += 1
        }
    }

    /// The filters of a block; the first may stand without `|`.
    mutating func filterChain(
        _ operand: TemplateExpression, isFirst: Bool
    ) throws(TemplateError) -> TemplateExpression {
        var value = isFirst ? try namedFilter(of: operand) : operand
        var levels = 0
        defer { for _ in 0..<levels { exit() } }
        while peek.kind == .symbol("|") {
            value = try filter(of: value)
            try enter()
            levels += 1
        }
        return value
    }

    private mutating func filter(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        try expect(symbol: "|")
        return try namedFilter(of: value)
    }

    private mutating func namedFilter(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let (name, position) = try dottedName()
        let arguments = take(symbol: "(") ? try arguments() : TemplateArguments()
        if conditions == 0, TemplateFilter(rawValue: name) == nil {
            unknown.append(TemplateError(position: position, problem: .unsupported("filter \(name)")))
        }
        return TemplateExpression(kind: .filter(value, name, arguments), position: position)
    }

    private mutating func dottedName() throws(TemplateError) -> (name: String, position: TemplatePosition) {
        var (name, position) = try identifier()
        while take(symbol: ".") { name += "." + (try identifier()).name }
        return (name, position)
    }

    /// A test takes its one argument without parentheses too: `is divisibleby 3`.
    private mutating func test(of value: TemplateExpression) throws(TemplateError) -> TemplateExpression {
        let isNegated = take(name: "not")
        let (name, position) = try dottedName()
        var arguments = TemplateArguments()
        switch peek.kind {
        case .symbol("("):
            _ = next()
            arguments = try self.arguments()
        case .name("else"), .name("or"), .name("and"): break
        case .name("is"): throw failure(expected: "no second test", peek)
        case .name, .string, .integer, .float, .symbol("["), .symbol("{"):
            arguments.positional = [try postfix(primary())]
        default: break
        }
        if conditions == 0, TemplateTest(rawValue: name) == nil {
            unknown.append(TemplateError(position: position, problem: .unsupported("test \(name)")))
        }
        let test = TemplateExpression(kind: .test(value, name, arguments), position: position)
        return isNegated ? TemplateExpression(kind: .not(test), position: position) : test
    }

    /// What stands between parentheses, the first of which has been read.
    private mutating func arguments() throws(TemplateError) -> TemplateArguments {
        var arguments = TemplateArguments()
        var isFirst = true
        while !take(symbol: ")") {
            if !isFirst { try expect(symbol: ",") }
            if !isFirst, take(symbol: ")") { break }
            isFirst = false
            let start = peek
            if take(symbol: "*"), arguments.list == nil, arguments.dictionary == nil {
                arguments.list = try expression()
            } else if take(symbol: "**"), arguments.dictionary == nil {
                arguments.dictionary = try expression()
            } else if case .name(let name) = peek.kind, following == .symbol("="), arguments.dictionary == nil {
                _ = (next(), next())
                guard !arguments.named.contains(where: { $0.name == name }) else {
                    throw failure(expected: "each argument once", start)
                }
                arguments.named.append((name, try expression()))
            } else {
                guard arguments.named.isEmpty, arguments.list == nil, arguments.dictionary == nil else {
                    throw failure(expected: "an argument by name", start)
                }
                arguments.positional.append(try expression())
            }
        }
        return arguments
    }
}
