/// The values of a call's arguments.
struct Arguments {
    let line: Int
    private let positional: [TemplateValue]
    private let named: [(name: String, value: TemplateValue)]

    init(_ arguments: TemplateArguments, _ renderer: inout TemplateRenderer, _ line: Int) throws(TemplateError) {
        self.line = line
        positional = try renderer.evaluate(arguments.positional)
        var named: [(name: String, value: TemplateValue)] = []
        for argument in arguments.named { named.append((argument.name, try renderer.evaluate(argument.value))) }
        self.named = named
    }

    /// The values for the parameters `names` of `function`, nil where none is given.
    func bind(_ function: String, _ names: String..., required: Int = 0) throws(TemplateError) -> [TemplateValue?] {
        var values: [TemplateValue?] = Array(repeating: nil, count: names.count)
        guard positional.count <= names.count else { throw wrong(function) }
        for (index, value) in positional.enumerated() { values[index] = value }
        for (name, value) in named {
            guard let index = names.firstIndex(of: name), values[index] == nil else { throw wrong(function) }
            values[index] = value
        }
        guard values.prefix(required).allSatisfy({ $0 != nil }) else { throw wrong(function) }
        return values
    }

    /// All arguments by name, none by position.
    func onlyNamed(_ function: String) throws(TemplateError) -> [(name: String, value: TemplateValue)] {
        guard positional.isEmpty else { throw wrong(function) }
        return named
    }

    func wrong(_ function: String) -> TemplateError {
        TemplateError(line: line, problem: .wrongArguments(function))
    }

    func wrongType(_ operation: String, _ value: TemplateValue) -> TemplateError {
        TemplateError(line: line, problem: .wrongType(operation: operation, found: value.typeName))
    }

    /// The text of `value`, which must be a string.
    func string(_ value: TemplateValue, _ operation: String) throws(TemplateError) -> String {
        switch value {
        case .string(let string): return string
        case .undefined(let name): throw TemplateError(line: line, problem: .undefined(name))
        default: throw wrongType(operation, value)
        }
    }
}
