/// Runs a template's statements within limits.
struct TemplateRenderer {
    /// What the statements have written.
    private(set) var output = ""
    /// Names and their values; each pass of a loop adds a scope, and `set` writes in the innermost.
    private var scopes: [[String: TemplateValue]]
    /// What is in each `namespace()`.
    var namespaces: [[String: TemplateValue]] = []
    private var steps = 0
    private var work = 0

    init(globals: [String: TemplateValue]) { scopes = [globals] }

    /// How a body ended.
    enum Outcome {
        case done, left, skipped
    }

    @discardableResult
    mutating func run(_ statements: [TemplateStatement]) throws(TemplateError) -> Outcome {
        for statement in statements {
            try step(statement.line)
            switch statement.kind {
            case .text(let text): try write(text, statement.line)
            case .output(let expression):
                try write(try evaluate(expression).printed(statement.line), statement.line)
            case .choice(let branches, let otherwise):
                let outcome = try run(try chosen(branches) ?? otherwise)
                if outcome != .done { return outcome }
            case .loop(let loop): try run(loop, statement.line)
            case .set(let targets, let expression):
                try bind(targets, to: try evaluate(expression), statement.line)
            case .setAttribute(let name, let attribute, let expression):
                let value = try evaluate(expression)
                guard case .namespace(let number) = lookUp(name) else {
                    throw TemplateError(
                        line: statement.line,
                        problem: .wrongType(operation: "set \(name).\(attribute)", found: lookUp(name).typeName))
                }
                namespaces[number][attribute] = value
            case .setBlock(let name, let body):
                let before = output
                output = ""
                let outcome = try run(body)
                scopes[scopes.count - 1][name] = .string(output)
                output = before
                if outcome != .done { return outcome }
            case .leave: return .left
            case .next: return .skipped
            }
        }
        return .done
    }

    private mutating func chosen(
        _ branches: [(condition: TemplateExpression, body: [TemplateStatement])]
    ) throws(TemplateError) -> [TemplateStatement]? {
        for branch in branches where try evaluate(branch.condition).isTrue { return branch.body }
        return nil
    }

    private mutating func run(_ loop: TemplateLoop, _ line: Int) throws(TemplateError) {
        var items = try items(of: try evaluate(loop.sequence), line)
        if let condition = loop.condition {
            var kept: [TemplateValue] = []
            for item in items {
                try step(line)
                scopes.append([:])
                defer { scopes.removeLast() }
                try bind(loop.targets, to: item, line)
                if try evaluate(condition).isTrue { kept.append(item) }
            }
            items = kept
        }
        if items.isEmpty { try run(loop.otherwise) }
        for (index, item) in items.enumerated() {
            try step(line)
            scopes.append(["loop": Self.state(of: items, at: index)])
            defer { scopes.removeLast() }
            try bind(loop.targets, to: item, line)
            if try run(loop.body) == .left { break }
        }
    }

    /// The variable `loop`.
    private static func state(of items: [TemplateValue], at index: Int) -> TemplateValue {
        let last = items.count - 1
        return .dictionary([
            ("index", .integer(index + 1)), ("index0", .integer(index)),
            ("revindex", .integer(items.count - index)), ("revindex0", .integer(last - index)),
            ("first", .bool(index == 0)), ("last", .bool(index == last)), ("length", .integer(items.count)),
            ("previtem", index > 0 ? items[index - 1] : .undefined("loop.previtem")),
            ("nextitem", index < last ? items[index + 1] : .undefined("loop.nextitem")),
        ])
    }

    private mutating func bind(_ targets: [String], to value: TemplateValue, _ line: Int) throws(TemplateError) {
        if targets.count == 1 {
            scopes[scopes.count - 1][targets[0]] = value
            return
        }
        guard case .list(let values) = value, values.count == targets.count else {
            throw TemplateError(
                line: line,
                problem: .wrongType(operation: "unpack into \(targets.joined(separator: ", "))", found: value.typeName))
        }
        for (target, value) in zip(targets, values) { scopes[scopes.count - 1][target] = value }
    }

    func lookUp(_ name: String) -> TemplateValue {
        for scope in scopes.reversed() {
            if let value = scope[name] { return value }
        }
        return .undefined(name)
    }

    private mutating func write(_ text: String, _ line: Int) throws(TemplateError) {
        output += text
        try charge(text.utf8.count, line)
        guard output.utf8.count <= TemplateLimit.text else {
            throw TemplateError(line: line, problem: .limit("bytes of output", TemplateLimit.text))
        }
    }

    /// Counts a node evaluated.
    mutating func step(_ line: Int) throws(TemplateError) {
        steps += 1
        guard steps <= TemplateLimit.steps else {
            throw TemplateError(line: line, problem: .limit("steps", TemplateLimit.steps))
        }
    }

    /// Counts bytes or elements that an operation makes or reads.
    mutating func charge(_ size: Int, _ line: Int) throws(TemplateError) {
        work += size
        guard work <= TemplateLimit.work else {
            throw TemplateError(line: line, problem: .limit("bytes of work", TemplateLimit.work))
        }
    }
}
