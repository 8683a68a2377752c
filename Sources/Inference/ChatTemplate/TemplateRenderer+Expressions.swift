extension TemplateRenderer {
    mutating func evaluate(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        try step(expression.position)
        switch expression.kind {
        case .constant(let value): return value
        case .name(let name): return scope.value(of: name) ?? .undefined(name)
        default: break
        }
        try enter(expression.position)
        defer { exit() }
        let value = try compute(expression)
        guard value.depth <= TemplateLimit.valueDepth else {
            throw limit("lists in each other", TemplateLimit.valueDepth, expression.position)
        }
        return value
    }

    private mutating func compute(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        let position = expression.position
        switch expression.kind {
        case .constant, .name, .list, .tuple, .dictionary: return try literal(expression)
        case .attribute(let value, let name): return try attribute(name, of: try evaluate(value), position)
        case .item(let value, let index):
            let value = try evaluate(value)
            return try item(try evaluate(index), of: value, position)
        case .slice(let value, let from, let to, let step):
            return try slice(of: try evaluate(value), from, to, step, position)
        case .call(let callee, let arguments): return try call(callee, arguments, position)
        case .filter(let value, let name, let arguments): return try filter(value, name, arguments, position)
        case .test(let value, let name, let arguments):
            let value = try evaluate(value)
            return .bool(try test(name, value, try evaluate(arguments, of: name, position)))
        default: return try operation(expression)
        }
    }

    private mutating func call(
        _ callee: TemplateExpression, _ arguments: TemplateArguments, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        let callee = try evaluate(callee)
        let result = try call(callee, try evaluate(arguments, of: callee.callName, position))
        try charge(result.size, position)
        return result
    }

    private mutating func filter(
        _ value: TemplateExpression, _ name: String, _ arguments: TemplateArguments, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        let value = try evaluate(value)
        let result = try filter(name, value, try evaluate(arguments, of: name, position))
        try charge(result.size, position)
        return result
    }

    private mutating func literal(_ expression: TemplateExpression) throws(TemplateError) -> TemplateValue {
        switch expression.kind {
        case .list(let values): return .list(try evaluate(values))
        case .tuple(let values): return .tuple(try evaluate(values))
        case .dictionary(let entries):
            var mapping = TemplateMapping()
            for (key, value) in entries {
                let key = try hashable(try evaluate(key), expression.position)
                mapping[key] = try evaluate(value)
            }
            return .mapping(mapping)
        default: return .none
        }
    }

    private mutating func evaluate(_ expressions: [TemplateExpression]) throws(TemplateError) -> [TemplateValue] {
        var values: [TemplateValue] = []
        for expression in expressions { values.append(try evaluate(expression)) }
        return values
    }

    mutating func hashable(
        _ key: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        try charge(key.size, position)
        guard TemplateKey.isHashable(key) else {
            throw TemplateError(position: position, problem: .wrongType(operation: "a key", found: key.typeName))
        }
        return key
    }

    mutating func evaluate(
        _ arguments: TemplateArguments, of function: String, _ position: TemplatePosition
    ) throws(TemplateError) -> Arguments {
        var positional = try evaluate(arguments.positional)
        var named: [(name: String, value: TemplateValue)] = []
        for argument in arguments.named { named.append((argument.name, try evaluate(argument.value))) }
        if let list = arguments.list { positional += try items(of: try evaluate(list), position) }
        if let dictionary = arguments.dictionary {
            guard case .mapping(let mapping) = try evaluate(dictionary) else {
                throw TemplateError(position: position, problem: .wrongArguments(function))
            }
            for (key, value) in mapping.entries {
                guard let name = key.text, !named.contains(where: { $0.name == name }) else {
                    throw TemplateError(position: position, problem: .wrongArguments(function))
                }
                named.append((name, value))
            }
        }
        return Arguments(position: position, function: function, positional: positional, named: named)
    }
}

extension TemplateValue {
    /// What to call it in an error.
    fileprivate var callName: String {
        switch self {
        case .function(let function): function.rawValue
        case .method(_, let name): name
        default: typeName
        }
    }
}
