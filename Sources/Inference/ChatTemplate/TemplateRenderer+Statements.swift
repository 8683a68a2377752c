extension TemplateRenderer {
    /// How a body ended.
    enum Outcome {
        case done, left, skipped
    }

    /// Runs a body in the present scope.
    mutating func run(_ body: TemplateBody) throws(TemplateError) -> Outcome {
        for name in body.hidden { scope.values[name] = .undefined(name) }
        return try run(body.statements)
    }

    /// Runs a body in a scope inside `outer`, where `values` are.
    mutating func run(
        _ body: TemplateBody, in outer: TemplateScope, with values: [String: TemplateValue] = [:]
    ) throws(TemplateError) -> Outcome {
        let before = scope
        scope = TemplateScope(values, outer: outer)
        defer { scope = before }
        for name in body.hidden where values[name] == nil { scope.values[name] = .undefined(name) }
        return try run(body.statements)
    }

    /// What `body` writes, instead of writing it.
    mutating func text(
        _ body: (inout TemplateRenderer) throws(TemplateError) -> Outcome
    ) throws(TemplateError) -> (text: String, outcome: Outcome) {
        let before = output
        output = ""
        let outcome = try body(&self)
        let text = output
        output = before
        return (text, outcome)
    }

    private mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Outcome {
        for statement in statements {
            try step(statement.position)
            try enter(statement.position)
            defer { exit() }
            let outcome = try run(statement)
            if outcome != .done { return outcome }
        }
        return .done
    }

    private mutating func run(_ statement: TemplateStatement) throws(TemplateError) -> Outcome {
        let position = statement.position
        switch statement.kind {
        case .text(let text): try write(text, position)
        case .output(let expression):
            try write(try TemplatePrinter.print(try evaluate(expression), position), position)
        case .choice(let branches, let otherwise): return try run(try chosen(branches) ?? otherwise)
        case .loop(let loop):
            try run(loop, over: try evaluate(loop.sequence), in: scope, depth: 1, position)
        case .set(let target, let expression): try bind(target, to: try evaluate(expression), position)
        case .with(let bindings, let body):
            var values: [String: TemplateValue] = [:]
            for (target, expression) in bindings {
                let value = try evaluate(expression)
                for name in target.names { values[name] = value }
            }
            return try run(body, in: scope, with: values)
        case .macro(let macro): scope.values[macro.name] = make(.macro(macro, scope), .macro)
        case .scope(let body): return try run(body, in: scope)
        case .leave: return .left
        case .next: return .skipped
        case .setBlock, .filterBlock, .callBlock: return try runBlock(statement)
        }
        return .done
    }

    /// Statements that do something with the text of their body.
    private mutating func runBlock(_ statement: TemplateStatement) throws(TemplateError) -> Outcome {
        let position = statement.position
        switch statement.kind {
        case .setBlock(let target, let filters, let body):
            let (text, outcome) = try text(of: body)
            let value = try filters.map { filters throws(TemplateError) in try filtered(text, filters) }
            try bind(target, to: value ?? .string(text), position)
            return outcome
        case .filterBlock(let filters, let body):
            let (text, outcome) = try text(of: body)
            try write(try TemplatePrinter.print(try filtered(text, filters), position), position)
            return outcome
        case .callBlock(let callee, let arguments, let body):
            let callee = try evaluate(callee)
            var values = try evaluate(arguments, of: "call", position)
            values.named.append(("caller", make(.macro(body, scope), .macro)))
            try write(try TemplatePrinter.print(try call(callee, values), position), position)
        default: break
        }
        return .done
    }

    private mutating func text(of body: TemplateBody) throws(TemplateError) -> (text: String, outcome: Outcome) {
        let scope = scope
        return try text { renderer throws(TemplateError) in try renderer.run(body, in: scope) }
    }

    private mutating func filtered(
        _ text: String, _ filters: TemplateExpression
    ) throws(TemplateError) -> TemplateValue {
        let before = scope
        scope = TemplateScope([TemplateMacro.text: .string(text)], outer: before)
        defer { scope = before }
        return try evaluate(filters)
    }

    private mutating func chosen(
        _ branches: [(condition: TemplateExpression, body: [TemplateStatement])]
    ) throws(TemplateError) -> [TemplateStatement]? {
        for branch in branches where try evaluate(branch.condition).isTrue { return branch.body }
        return nil
    }

    mutating func bind(
        _ target: TemplateTarget, to value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) {
        switch target {
        case .name(let name): scope.values[name] = value
        case .attribute(let name, let attribute):
            let holder = scope.value(of: name) ?? .undefined(name)
            guard case .object(let number, .namespace) = holder, case .namespace(var mapping) = objects[number] else {
                throw wrongType("set \(name).\(attribute)", holder, position)
            }
            mapping[.string(attribute)] = value
            change(number, to: .namespace(mapping))
        case .tuple(let targets):
            let values = try items(of: value, position)
            guard values.count == targets.count else {
                throw TemplateError(
                    position: position,
                    problem: .wrongType(
                        operation: "unpack into \(targets.count) names", found: "\(values.count) values"))
            }
            for (target, value) in zip(targets, values) { try bind(target, to: value, position) }
        }
    }

    private mutating func write(_ text: String, _ position: TemplatePosition) throws(TemplateError) {
        try charge(text.utf8.count, position)
        guard output.utf8.count + text.utf8.count <= TemplateLimit.text else {
            throw limit("bytes of output", TemplateLimit.text, position)
        }
        output += text
    }
}
