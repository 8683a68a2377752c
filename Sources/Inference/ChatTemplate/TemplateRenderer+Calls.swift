extension TemplateRenderer {
    mutating func call(_ callee: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        switch callee {
        case .function(let function): return try call(function, arguments)
        case .method(let value, let name): return try call(name, of: value, arguments)
        case .object(let number, _):
            switch objects[number] {
            case .macro(let macro, let scope): return try call(macro, in: scope, arguments)
            case .loop(let state): return try recurse(state, arguments)
            case .joiner(let separator, let isUsed):
                change(number, to: .joiner(separator, isUsed: true))
                return .string(isUsed ? separator : "")
            case .namespace, .iterator, .cycler: break
            }
        default: break
        }
        throw wrongType("calling", callee, arguments.position)
    }

    private mutating func call(
        _ macro: TemplateMacro, in scope: TemplateScope, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        var arguments = arguments
        var values: [String: TemplateValue] = [:]
        let given = arguments.positional.prefix(macro.parameters.count)
        for (parameter, value) in zip(macro.parameters, given) { values[parameter.name] = value }
        for parameter in macro.parameters.dropFirst(given.count) {
            if let index = arguments.named.firstIndex(where: { $0.name == parameter.name }) {
                values[parameter.name] = arguments.named.remove(at: index).value
            }
        }
        if macro.reads.contains("caller") {
            values["caller"] = .undefined("caller")
            if let index = arguments.named.firstIndex(where: { $0.name == "caller" }) {
                values["caller"] = arguments.named.remove(at: index).value
            }
        }
        if macro.reads.contains("kwargs") {
            var mapping = TemplateMapping()
            for (name, value) in arguments.named { mapping[.string(name)] = value }
            values["kwargs"] = .mapping(mapping)
        } else if !arguments.named.isEmpty {
            throw TemplateError(position: arguments.position, problem: .wrongArguments("macro \(macro.name)"))
        }
        let rest = Array(arguments.positional.dropFirst(macro.parameters.count))
        if macro.reads.contains("varargs") {
            values["varargs"] = .tuple(rest)
        } else if !rest.isEmpty {
            throw TemplateError(position: arguments.position, problem: .wrongArguments("macro \(macro.name)"))
        }
        let before = self.scope
        defer { self.scope = before }
        self.scope = TemplateScope(values, outer: scope)
        for (name, value) in macro.parameters where values[name] == nil {
            self.scope.values[name] = .undefined(name)
            if let value { self.scope.values[name] = try evaluate(value) }
        }
        let (text, _) = try text { renderer throws(TemplateError) in try renderer.run(macro.body) }
        return .string(text)
    }

    private mutating func call(
        _ name: String, of value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        switch value {
        case .string, .markup:
            guard let method = TemplateTextMethod(rawValue: name) else { break }
            return try call(method, of: value, arguments)
        case .mapping(let mapping): return try call(name, of: mapping, arguments)
        case .sequence(let sequence): return try call(name, of: sequence, arguments)
        case .object(let number, _):
            if case .loop(let state) = objects[number] { return try callLoop(name, of: state, arguments) }
            guard case .cycler(let values, let index) = objects[number] else { break }
            _ = try arguments.bind()
            change(number, to: .cycler(values, index: name == "next" ? (index + 1) % values.count : 0))
            return name == "next" ? values[index] : .none
        default: break
        }
        throw TemplateError(
            position: arguments.position, problem: .unsupported("method \(name) of \(value.typeName)"))
    }

    private mutating func call(
        _ name: String, of mapping: TemplateMapping, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let entries = mapping.entries
        if name == "get" {
            let values = try arguments.bind("key", "default", required: 1)
            let key = try hashable(values[0] ?? .none, arguments.position)
            return mapping[key] ?? values[1] ?? .none
        }
        _ = try arguments.bind()
        switch name {
        case "keys": return .sequence(TemplateSequence(entries.map(\.key), .keys))
        case "values": return .sequence(TemplateSequence(entries.map(\.value), .values))
        case "items": return .sequence(TemplateSequence(entries.map { .tuple([$0.key, $0.value]) }, .items))
        default: return .mapping(mapping)
        }
    }

    private mutating func call(
        _ name: String, of sequence: TemplateSequence, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        if name == "copy" {
            _ = try arguments.bind()
            return .sequence(sequence)
        }
        let wanted = try arguments.bind("value", required: 1)[0] ?? .none
        var count = 0
        for (index, value) in sequence.values.enumerated() where try equal(value, wanted, arguments.position) {
            if name == "index" { return .integer(index) }
            count += 1
        }
        if name == "index" { throw arguments.wrongType(wanted) }
        return .integer(count)
    }
}
