/// Reads the statements of a template; `TemplateParser+Expressions` reads what stands inside them.
struct TemplateParser {
    let tokens: [TemplateToken]
    var position = 0
    private var depth = 0

    static func parse(_ source: String) throws(TemplateError) -> [TemplateStatement] {
        var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
        let (body, end) = try parser.statements(until: [])
        if let end { throw parser.error(expected: "the end of the template", line: end.line, found: end.name) }
        return body
    }

    private init(tokens: [TemplateToken]) { self.tokens = tokens }

    /// The statement that ended a body: its name, and where it stands.
    private struct Ending {
        let name: String
        let line: Int
    }

    /// Statements up to one of `ends`, whose name has been read, or to the end of the template.
    private mutating func statements(
        until ends: [String]
    ) throws(TemplateError) -> ([TemplateStatement], Ending?) {
        try enter()
        defer { depth -= 1 }
        var body: [TemplateStatement] = []
        while true {
            let token = next()
            switch token.kind {
            case .text(let text): body.append(TemplateStatement(kind: .text(text), line: token.line))
            case .variableBegin:
                let value = try tuple()
                try expect(.variableEnd)
                body.append(TemplateStatement(kind: .output(value), line: token.line))
            case .blockBegin:
                let (name, line) = try identifier()
                if ends.contains(name) { return (body, Ending(name: name, line: line)) }
                if name == "generation" {
                    // transformers marks with it what an assistant said; the text is the same.
                    try expect(.blockEnd)
                    body += try closed(by: "endgeneration")
                } else {
                    body.append(TemplateStatement(kind: try statement(name, line), line: line))
                }
            case .end:
                guard let end = ends.last else { return (body, nil) }
                throw error(expected: end, line: token.line, found: token.shown)
            default: throw error(expected: "text or a tag", token)
            }
        }
    }

    /// The statements up to `end`, and its tag's end.
    private mutating func closed(by end: String) throws(TemplateError) -> [TemplateStatement] {
        let body = try statements(until: [end]).0
        try expect(.blockEnd)
        return body
    }

    private mutating func statement(_ name: String, _ line: Int) throws(TemplateError) -> TemplateStatement.Kind {
        switch name {
        case "if": return try choice()
        case "for": return .loop(try loop())
        case "set": return try assignment()
        case "break", "continue":
            try expect(.blockEnd)
            return name == "break" ? .leave : .next
        case "elif", "else", "endif", "endfor", "endset", "endgeneration":
            throw error(expected: "a statement", line: line, found: name)
        default: throw TemplateError(line: line, problem: .unsupported("statement \(name)"))
        }
    }

    private mutating func choice() throws(TemplateError) -> TemplateStatement.Kind {
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        while true {
            let condition = try tuple()
            try expect(.blockEnd)
            let (body, end) = try statements(until: ["elif", "else", "endif"])
            branches.append((condition, body))
            if end?.name == "elif" { continue }
            try expect(.blockEnd)
            return .choice(branches, else: end?.name == "else" ? try closed(by: "endif") : [])
        }
    }

    private mutating func loop() throws(TemplateError) -> TemplateLoop {
        let targets = try targets()
        try expect(name: "in")
        let sequence = try expression(withChoice: false)
        let condition = try take(name: "if") ? expression() : nil
        if let (name, line) = peekName(), name == "recursive" {
            throw TemplateError(line: line, problem: .unsupported("recursive loop"))
        }
        try expect(.blockEnd)
        let (body, end) = try statements(until: ["else", "endfor"])
        try expect(.blockEnd)
        let otherwise = end?.name == "else" ? try closed(by: "endfor") : []
        return TemplateLoop(
            targets: targets, sequence: sequence, condition: condition, body: body, otherwise: otherwise)
    }

    private mutating func assignment() throws(TemplateError) -> TemplateStatement.Kind {
        let targets = try targets()
        if targets.count == 1, take(symbol: ".") {
            let (attribute, _) = try identifier()
            try expect(symbol: "=")
            let value = try tuple()
            try expect(.blockEnd)
            return .setAttribute(of: targets[0], attribute, value)
        }
        if take(symbol: "=") {
            let value = try tuple()
            try expect(.blockEnd)
            return .set(targets: targets, value)
        }
        if case .symbol("|") = peek.kind {
            throw TemplateError(line: peek.line, problem: .unsupported("filter on a set block"))
        }
        try expect(.blockEnd)
        return .setBlock(targets[0], try closed(by: "endset"))
    }

    /// One name, or several with commas between.
    private mutating func targets() throws(TemplateError) -> [String] {
        let parenthesis = take(symbol: "(")
        var targets = [try identifier().name]
        while take(symbol: ",") { targets.append(try identifier().name) }
        if parenthesis { try expect(symbol: ")") }
        return targets
    }

    // MARK: Tokens

    var peek: TemplateToken { tokens[min(position, tokens.count - 1)] }

    mutating func next() -> TemplateToken {
        defer { position += 1 }
        return peek
    }

    func peekName() -> (name: String, line: Int)? {
        if case .name(let name) = peek.kind { return (name, peek.line) }
        return nil
    }

    mutating func take(symbol: String) -> Bool {
        guard peek.kind == .symbol(symbol) else { return false }
        position += 1
        return true
    }

    mutating func take(name: String) -> Bool {
        guard peek.kind == .name(name) else { return false }
        position += 1
        return true
    }

    mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateError) {
        let token = next()
        if token.kind != kind { throw error(expected: TemplateToken(kind: kind, line: 0).shown, token) }
    }

    mutating func expect(symbol: String) throws(TemplateError) { try expect(.symbol(symbol)) }
    mutating func expect(name: String) throws(TemplateError) { try expect(.name(name)) }

    mutating func identifier() throws(TemplateError) -> (name: String, line: Int) {
        let token = next()
        guard case .name(let name) = token.kind else { throw error(expected: "a name", token) }
        return (name, token.line)
    }

    func error(expected: String, _ token: TemplateToken) -> TemplateError {
        error(expected: expected, line: token.line, found: token.shown)
    }

    func error(expected: String, line: Int, found: String) -> TemplateError {
        TemplateError(line: line, problem: .syntax(expected: expected, found: found))
    }

    /// Counts one more level of nesting; whoever calls takes it back.
    mutating func enter() throws(TemplateError) {
        guard depth < TemplateLimit.depth else {
            throw TemplateError(line: peek.line, problem: .limit("levels of nesting", TemplateLimit.depth))
        }
        depth += 1
    }

    mutating func exit() { depth -= 1 }
}
