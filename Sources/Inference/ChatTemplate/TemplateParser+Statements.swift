extension TemplateParser {
    /// The statement that ended a body: its name, and where it stands.
    struct Ending {
        let name: String
        let position: TemplatePosition
    }

    /// Statements up to one of `ends`, whose name has been read, or to the end of the template.
    mutating func statements(until ends: [String]) throws(TemplateError) -> ([TemplateStatement], Ending?) {
        try enter()
        defer { exit() }
        var body: [TemplateStatement] = []
        while true {
            let token = next()
            switch token.kind {
            case .text(let text): body.append(TemplateStatement(kind: .text(text), position: token.position))
            case .variableBegin:
                let value = try tuple()
                try expect(.variableEnd)
                body.append(TemplateStatement(kind: .output(value), position: token.position))
            case .blockBegin:
                let (name, position) = try identifier()
                if ends.contains(name) { return (body, Ending(name: name, position: position)) }
                body.append(TemplateStatement(kind: try statement(name, position), position: position))
            case .end:
                guard let end = ends.last else { return (body, nil) }
                throw failure(expected: end, token)
            default: throw failure(expected: "text or a tag", token)
            }
        }
    }

    private mutating func statement(
        _ name: String, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateStatement.Kind {
        switch name {
        case "if": return try choice()
        case "for": return .loop(try loop())
        case "set": return try assignment()
        case "with": return try with()
        case "macro": return .macro(try macro())
        case "call": return try callBlock()
        case "filter":
            let filters = try filterChain(textOperand(position), isFirst: true)
            try expect(.blockEnd)
            return .filterBlock(filters, try body(until: "endfilter"))
        case "generation":
            // transformers marks with it what an assistant said; the text is the same.
            try expect(.blockEnd)
            return .scope(try frame { parser throws(TemplateError) in try parser.body(until: "endgeneration") })
        case "break", "continue":
            guard loops > 0 else { throw failure(expected: "a loop around it", position, found: name) }
            try expect(.blockEnd)
            return name == "break" ? .leave : .next
        case "include", "import", "from", "extends", "block", "autoescape", "do", "print", "trans", "debug":
            throw TemplateError(position: position, problem: .unsupported("statement \(name)"))
        default: throw failure(expected: "a statement", position, found: name)
        }
    }

    private func textOperand(_ position: TemplatePosition) -> TemplateExpression {
        TemplateExpression(kind: .name(TemplateMacro.text), position: position)
    }

    /// The statements up to `end`, and its tag's end.
    private mutating func body(until end: String) throws(TemplateError) -> TemplateBody {
        let body = try statements(until: [end]).0
        try expect(.blockEnd)
        return TemplateBody(statements: body)
    }

    /// What `read` reads stands in a frame of its own: loops and conditions around it don't reach into it.
    private mutating func frame<Result>(
        loops inner: Int = 0, _ read: (inout TemplateParser) throws(TemplateError) -> Result
    ) throws(TemplateError) -> Result {
        let outer = (loops, conditions)
        (loops, conditions) = (inner, 0)
        let result = try read(&self)
        (loops, conditions) = outer
        return result
    }

    private mutating func choice() throws(TemplateError) -> TemplateStatement.Kind {
        conditions += 1
        defer { conditions -= 1 }
        var branches: [(condition: TemplateExpression, body: [TemplateStatement])] = []
        while true {
            let condition = try tuple(withChoice: false)
            try expect(.blockEnd)
            let (body, end) = try statements(until: ["elif", "else", "endif"])
            branches.append((condition, body))
            if end?.name == "elif" { continue }
            try expect(.blockEnd)
            return .choice(branches, else: end?.name == "else" ? try self.body(until: "endif").statements : [])
        }
    }

    private mutating func loop() throws(TemplateError) -> TemplateLoop {
        let target = try target(withAttributes: false)
        try expect(.name("in"))
        let sequence = try tuple(withChoice: false, endsBefore: "recursive")
        let condition = take(name: "if") ? try expression() : nil
        let isRecursive = take(name: "recursive")
        try expect(.blockEnd)
        let (body, end) = try frame(loops: loops + 1) { parser throws(TemplateError) in
            try parser.statements(until: ["else", "endfor"])
        }
        try expect(.blockEnd)
        let otherwise =
            end?.name == "else"
            ? try frame(loops: loops) { parser throws(TemplateError) in try parser.body(until: "endfor") }
            : TemplateBody()
        return TemplateLoop(
            target: target, sequence: sequence, condition: condition, isRecursive: isRecursive,
            body: TemplateBody(statements: body), otherwise: otherwise)
    }

    private mutating func assignment() throws(TemplateError) -> TemplateStatement.Kind {
        let target = try target(withAttributes: true)
        if take(symbol: "=") {
            let value = try tuple()
            try expect(.blockEnd)
            return .set(target, value)
        }
        if case .tuple = target { throw failure(expected: "=", peek) }
        let start = peek.position
        let filters = peek.kind == .symbol("|") ? try filterChain(textOperand(start), isFirst: false) : nil
        try expect(.blockEnd)
        return .setBlock(target, filters: filters, try body(until: "endset"))
    }

    private mutating func with() throws(TemplateError) -> TemplateStatement.Kind {
        var bindings: [(target: TemplateTarget, value: TemplateExpression)] = []
        while peek.kind != .blockEnd {
            if !bindings.isEmpty { try expect(symbol: ",") }
            let target = TemplateTarget.name(try identifier().name)
            try expect(symbol: "=")
            bindings.append((target, try expression()))
        }
        try expect(.blockEnd)
        return .with(bindings, try body(until: "endwith"))
    }

    private mutating func macro() throws(TemplateError) -> TemplateMacro {
        let (name, _) = try identifier()
        let parameters = try parameters()
        return try macro(name, parameters, until: "endmacro")
    }

    private mutating func macro(
        _ name: String, _ parameters: [(name: String, value: TemplateExpression?)], until end: String
    ) throws(TemplateError) -> TemplateMacro {
        try expect(.blockEnd)
        let outer = reads
        reads = []
        let body = try frame { parser throws(TemplateError) in try parser.body(until: end) }
        let extra = reads.intersection(["varargs", "kwargs", "caller"]).subtracting(parameters.map(\.name))
        reads.formUnion(outer)
        return TemplateMacro(name: name, parameters: parameters, body: body, reads: extra)
    }

    private mutating func parameters() throws(TemplateError) -> [(name: String, value: TemplateExpression?)] {
        var parameters: [(name: String, value: TemplateExpression?)] = []
        try expect(symbol: "(")
        while !take(symbol: ")") {
            if !parameters.isEmpty { try expect(symbol: ",") }
            let (name, position) = try identifier()
            let value = take(symbol: "=") ? try expression() : nil
            if value == nil, parameters.last?.value != nil {
                throw failure(expected: "a default value", position, found: name)
            }
            parameters.append((name, value))
        }
        return parameters
    }

    private mutating func callBlock() throws(TemplateError) -> TemplateStatement.Kind {
        let parameters = peek.kind == .symbol("(") ? try parameters() : []
        let start = peek
        guard case .call(let callee, let arguments) = try expression().kind else {
            throw failure(expected: "a call", start)
        }
        return .callBlock(callee, arguments, try macro("caller", parameters, until: "endcall"))
    }

    /// A name, or several with commas between.
    private mutating func target(withAttributes: Bool) throws(TemplateError) -> TemplateTarget {
        let first = try element(withAttributes)
        guard peek.kind == .symbol(",") else { return first }
        var targets = [first]
        while take(symbol: ",") {
            guard case .name(let name) = peek.kind, name != "in" else {
                if peek.kind == .symbol("(") { targets.append(try element(withAttributes)) }
                continue
            }
            targets.append(try element(withAttributes))
        }
        return .tuple(targets)
    }

    private mutating func element(_ withAttributes: Bool) throws(TemplateError) -> TemplateTarget {
        if take(symbol: "(") {
            try enter()
            defer { exit() }
            let target = try target(withAttributes: withAttributes)
            try expect(symbol: ")")
            return target
        }
        let (name, position) = try identifier()
        guard !["true", "false", "none", "True", "False", "None"].contains(name) else {
            throw failure(expected: "a name that can be set", position, found: name)
        }
        guard withAttributes, take(symbol: ".") else { return .name(name) }
        return .attribute(of: name, try identifier().name)
    }
}
