extension TemplateRenderer {
    mutating func run(
        _ loop: TemplateLoop, over value: TemplateValue, in scope: TemplateScope, depth: Int,
        _ position: TemplatePosition
    ) throws(TemplateError) {
        let state = TemplateLoopState(loop, over: try items(of: value, position), in: scope, depth: depth)
        let variable = make(.loop(state), .loop)
        let before = self.scope
        defer { self.scope = before }
        while try look(state, ahead: 1, position) {
            try step(position)
            state.index += 1
            self.scope = TemplateScope(["loop": variable], outer: scope)
            try bind(loop.target, to: state.kept[state.index], position)
            if try run(loop.body) == .left { break }
        }
        if state.index < 0 { _ = try run(loop.otherwise, in: scope) }
    }

    /// Whether there is a value `ahead` of the present pass.
    private mutating func look(
        _ state: TemplateLoopState, ahead: Int, _ position: TemplatePosition
    ) throws(TemplateError) -> Bool {
        while state.kept.count <= state.index + ahead {
            guard let value = state.source.popFirst() else { return false }
            if try passes(value, state, position) { state.kept.append(value) }
        }
        return true
    }

    private mutating func passes(
        _ value: TemplateValue, _ state: TemplateLoopState, _ position: TemplatePosition
    ) throws(TemplateError) -> Bool {
        guard let condition = state.loop.condition else { return true }
        try step(position)
        let before = scope
        scope = TemplateScope([:], outer: state.scope)
        defer { scope = before }
        try bind(state.loop.target, to: value, position)
        return try evaluate(condition).isTrue
    }

    /// An attribute of the variable `loop`.
    mutating func attribute(
        _ name: String, of state: TemplateLoopState, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue? {
        let index = state.index
        switch name {
        case "index": return .integer(index + 1)
        case "index0": return .integer(index)
        case "first": return .bool(index == 0)
        case "last": return .bool(try !look(state, ahead: 1, position))
        case "depth": return .integer(state.depth)
        case "depth0": return .integer(state.depth - 1)
        case "previtem": return index > 0 ? state.kept[index - 1] : .undefined("loop.previtem")
        case "nextitem":
            return try look(state, ahead: 1, position) ? state.kept[index + 1] : .undefined("loop.nextitem")
        case "length", "revindex", "revindex0":
            while try look(state, ahead: state.kept.count - index, position) {}
            let count = state.kept.count
            return .integer(name == "length" ? count : count - index - (name == "revindex" ? 0 : 1))
        default: return nil
        }
    }

    /// `loop.cycle` and `loop.changed`.
    mutating func callLoop(
        _ name: String, of state: TemplateLoopState, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        guard arguments.named.isEmpty else { throw arguments.wrong }
        let values = arguments.positional
        if name == "cycle" {
            guard !values.isEmpty else { throw arguments.wrong }
            return values[max(state.index, 0) % values.count]
        }
        if let last = state.last, try equal(.tuple(last), .tuple(values), arguments.position) { return .bool(false) }
        state.last = values
        return .bool(true)
    }

    /// `loop(value)` in a recursive loop.
    mutating func recurse(_ state: TemplateLoopState, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        guard state.loop.isRecursive else {
            throw TemplateError(
                position: arguments.position, problem: .wrongType(operation: "call", found: "a loop not recursive"))
        }
        let value = try arguments.bind("iterable", required: 1)[0] ?? .none
        let text = try text { renderer throws(TemplateError) in
            try renderer.run(state.loop, over: value, in: state.scope, depth: state.depth + 1, arguments.position)
            return .done
        }
        return .string(text.text)
    }
}
