/// Finds the names that Jinja binds in a scope before anything there reads them (`TemplateBody.hidden`).
///
/// Jinja decides this from the text: in `{% for m in messages %}{{ x }}{% endfor %}{% set x = 1 %}` the `x` read is the
/// one set later, so it is undefined there, whatever `x` was given to the template.
struct TemplateScoping {
    /// Names that this scope or one outside knows, read or set.
    private var known: Set<String>
    private let outside: Set<String>
    /// Names that were first set here, not read.
    private var hidden: Set<String> = []
    private var stored: Set<String> = []

    static func resolve(_ body: inout TemplateBody) { resolve(&body, outside: []) }

    @discardableResult
    private static func resolve(
        _ body: inout TemplateBody, outside: Set<String>, bound: [String] = []
    ) -> Set<String> {
        var scope = TemplateScoping(outside: outside, bound: bound)
        scope.visit(body.statements)
        body.hidden = scope.hidden.sorted()
        scope.enter(&body.statements)
        return scope.known
    }

    private init(outside: Set<String>, bound: [String]) {
        self.outside = outside
        known = outside.union(bound)
        stored = Set(bound)
    }

    private mutating func read(_ name: String) { known.insert(name) }

    private mutating func store(_ target: TemplateTarget) {
        if case .attribute(let name, _) = target { read(name) }
        if case .tuple(let targets) = target { for target in targets { store(target) } }
        if case .name(let name) = target { store(name) }
    }

    private mutating func store(_ name: String) {
        stored.insert(name)
        if known.insert(name).inserted { hidden.insert(name) }
    }

    // MARK: What a scope reads and sets, in order

    private mutating func visit(_ statements: [TemplateStatement]) {
        for statement in statements { visit(statement) }
    }

    private mutating func visit(_ statement: TemplateStatement) {
        switch statement.kind {
        case .text, .scope, .leave, .next: break
        case .output(let value): visit(value)
        case .choice(let branches, let otherwise): visit(branches, otherwise)
        case .loop(let loop): visit(loop.sequence)
        case .set(let target, let value):
            visit(value)
            store(target)
        case .setBlock(let target, _, _): store(target)
        case .filterBlock(let filters, _): visit(filters)
        case .with(let bindings, _): for (_, value) in bindings { visit(value) }
        case .macro(let macro): store(macro.name)
        case .callBlock(let callee, let arguments, _):
            visit(callee)
            visit(arguments)
        }
    }

    /// What only some branches set is looked for outside as well.
    private mutating func visit(
        _ branches: [(condition: TemplateExpression, body: [TemplateStatement])], _ otherwise: [TemplateStatement]
    ) {
        if let first = branches.first { visit(first.condition) }
        var ends: [TemplateScoping] = []
        var first = self
        first.visit(branches.first?.body ?? [])
        ends.append(first)
        // Jinja reads the later conditions and bodies as one branch.
        var elifs = self
        for branch in branches.dropFirst() {
            elifs.visit(branch.condition)
            elifs.visit(branch.body)
        }
        ends.append(elifs)
        var last = self
        last.visit(otherwise)
        ends.append(last)
        let before = stored
        for end in ends {
            known.formUnion(end.known)
            stored.formUnion(end.stored)
            hidden.formUnion(end.hidden)
        }
        for name in stored.subtracting(before) where !ends.allSatisfy({ $0.stored.contains(name) }) {
            hidden.remove(name)
        }
    }

    private mutating func visit(_ arguments: TemplateArguments) {
        for value in arguments.positional { visit(value) }
        for (_, value) in arguments.named { visit(value) }
        for value in [arguments.list, arguments.dictionary].compactMap({ $0 }) { visit(value) }
    }

    private mutating func visit(_ expression: TemplateExpression) {
        switch expression.kind {
        case .constant: break
        case .name(let name): read(name)
        case .list(let values), .tuple(let values), .joined(let values), .all(let values), .any(let values):
            for value in values { visit(value) }
        case .dictionary(let entries):
            for (key, value) in entries {
                visit(key)
                visit(value)
            }
        case .attribute(let value, _), .not(let value), .sign(_, let value): visit(value)
        case .item(let value, let index):
            visit(value)
            visit(index)
        case .slice(let value, let from, let to, let step):
            for value in [value, from, to, step].compactMap({ $0 }) { visit(value) }
        case .call(let value, let arguments), .filter(let value, _, let arguments), .test(let value, _, let arguments):
            visit(value)
            visit(arguments)
        case .operations(let first, let rest), .comparison(let first, let rest):
            visit(first)
            for operand in rest { visit(operand.value) }
        case .choice(let value, let condition, let otherwise):
            for value in [condition, value, otherwise].compactMap({ $0 }) { visit(value) }
        }
    }

    // MARK: The scopes inside

    private mutating func enter(_ statements: inout [TemplateStatement]) {
        for index in statements.indices {
            statements[index] = TemplateStatement(
                kind: entered(statements[index].kind), position: statements[index].position)
        }
    }

    private mutating func entered(_ kind: TemplateStatement.Kind) -> TemplateStatement.Kind {
        switch kind {
        case .choice(var branches, var otherwise):
            for index in branches.indices { enter(&branches[index].body) }
            enter(&otherwise)
            return .choice(branches, else: otherwise)
        case .loop(var loop):
            Self.resolve(&loop.body, outside: known, bound: loop.target.names + ["loop"])
            Self.resolve(&loop.otherwise, outside: known)
            return .loop(loop)
        case .setBlock(let target, let filters, var body):
            Self.resolve(&body, outside: known)
            return .setBlock(target, filters: filters, body)
        case .filterBlock(let filters, var body):
            Self.resolve(&body, outside: known)
            return .filterBlock(filters, body)
        case .with(let bindings, var body):
            Self.resolve(&body, outside: known, bound: bindings.flatMap(\.target.names))
            return .with(bindings, body)
        case .macro(let macro): return .macro(entered(macro))
        case .callBlock(let callee, let arguments, let macro): return .callBlock(callee, arguments, entered(macro))
        case .scope(var body):
            Self.resolve(&body, outside: known)
            return .scope(body)
        default: return kind
        }
    }

    private func entered(_ macro: TemplateMacro) -> TemplateMacro {
        var macro = macro
        Self.resolve(
            &macro.body, outside: known, bound: macro.parameters.map(\.name) + ["varargs", "kwargs", "caller"])
        return macro
    }
}
