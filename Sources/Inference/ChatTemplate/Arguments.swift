/// The values of a call's arguments.
struct Arguments {
    let position: TemplatePosition
    let function: String
    var positional: [TemplateValue]
    var named: [(name: String, value: TemplateValue)]

    /// The values for the parameters `names`, nil where none is given.
    func bind(_ names: String..., required: Int = 0) throws(TemplateError) -> [TemplateValue?] {
        var values: [TemplateValue?] = Array(repeating: nil, count: names.count)
        guard positional.count <= names.count else { throw wrong }
        for (index, value) in positional.enumerated() { values[index] = value }
        for (name, value) in named {
            guard let index = names.firstIndex(of: name), values[index] == nil else { throw wrong }
            values[index] = value
        }
        guard values.prefix(required).allSatisfy({ $0 != nil }) else { throw wrong }
        return values
    }

    var wrong: TemplateError { TemplateError(position: position, problem: .wrongArguments(function)) }

    func wrongType(_ value: TemplateValue) -> TemplateError {
        if case .undefined(let name) = value { return TemplateError(position: position, problem: .undefined(name)) }
        return TemplateError(position: position, problem: .wrongType(operation: function, found: value.typeName))
    }

    /// The text of `value`, which must be a string.
    func text(_ value: TemplateValue?, _ missing: String = "") throws(TemplateError) -> String {
        guard let value else { return missing }
        guard let text = value.text else { throw wrongType(value) }
        return text
    }

    /// The text of `value` where there is one.
    func text(ifGiven value: TemplateValue?) throws(TemplateError) -> String? {
        switch value {
        case nil, .some(.none): return nil
        default: return try text(value)
        }
    }

    /// The number of `value`, which must be whole.
    func integer(_ value: TemplateValue?, _ missing: Int) throws(TemplateError) -> Int {
        guard let value else { return missing }
        guard let number = value.wholeNumber else { throw wrongType(value) }
        return number
    }
}
