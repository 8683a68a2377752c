/// Reads a template's tokens; `TemplateParser+Statements` and `TemplateParser+Expressions` know what they mean.
struct TemplateParser {
    private let tokens: [TemplateToken]
    private var index = 0
    private var depth = 0
    /// How many loops the statement read now can leave.
    var loops = 0
    /// How many conditions the statement read now depends on.
    var conditions = 0
    /// Filters and tests that this engine lacks and that no condition guards: Jinja refuses a template for these alone.
    var unknown: [TemplateError] = []
    /// The names that expressions have read.
    var reads: Set<String> = []

    static func parse(_ source: String) throws(TemplateError) -> TemplateBody {
        var parser = TemplateParser(tokens: try TemplateLexer.tokens(of: source))
        let (statements, end) = try parser.statements(until: [])
        if let end { throw parser.failure(expected: "the end of the template", end.position, found: end.name) }
        if let unknown = parser.unknown.first { throw unknown }
        var body = TemplateBody(statements: statements)
        TemplateScoping.resolve(&body)
        return body
    }

    private init(tokens: [TemplateToken]) { self.tokens = tokens }

    var peek: TemplateToken { tokens[min(index, tokens.count - 1)] }
    var following: TemplateToken.Kind { tokens[min(index + 1, tokens.count - 1)].kind }

    mutating func next() -> TemplateToken {
        defer { index += 1 }
        return peek
    }

    mutating func take(symbol: String) -> Bool { take(.symbol(symbol)) }
    mutating func take(name: String) -> Bool { take(.name(name)) }

    private mutating func take(_ kind: TemplateToken.Kind) -> Bool {
        guard peek.kind == kind else { return false }
        index += 1
        return true
    }

    mutating func takeSymbol(_ symbols: [String]) -> String? {
        guard case .symbol(let symbol) = peek.kind, symbols.contains(symbol) else { return nil }
        index += 1
        return symbol
    }

    mutating func expect(_ kind: TemplateToken.Kind) throws(TemplateError) {
        let token = next()
        if token.kind != kind { throw failure(expected: kind.shown, token) }
    }

    mutating func expect(symbol: String) throws(TemplateError) { try expect(.symbol(symbol)) }

    mutating func identifier() throws(TemplateError) -> (name: String, position: TemplatePosition) {
        let token = next()
        guard case .name(let name) = token.kind else { throw failure(expected: "a name", token) }
        return (name, token.position)
    }

    func failure(expected: String, _ token: TemplateToken) -> TemplateError {
        failure(expected: expected, token.position, found: token.shown)
    }

    func failure(expected: String, _ position: TemplatePosition, found: String) -> TemplateError {
        TemplateError(position: position, problem: .syntax(expected: expected, found: found))
    }

    /// Counts one more level of nesting; whoever calls takes it back with `exit`.
    mutating func enter() throws(TemplateError) {
        guard depth < TemplateLimit.nesting else {
            throw TemplateError(position: peek.position, problem: .limit("levels of nesting", TemplateLimit.nesting))
        }
        depth += 1
    }

    mutating func exit() { depth -= 1 }
}
