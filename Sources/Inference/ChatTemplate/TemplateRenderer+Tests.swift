/// `value is name`
extension TemplateRenderer {
    func test(_ name: String, _ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> Bool {
        switch name {
        case "eq", "equalto", "ne", "lt", "lessthan", "le", "gt", "greaterthan", "ge", "in":
            let symbols = [
                "eq": "==", "equalto": "==", "ne": "!=", "lt": "<", "lessthan": "<", "le": "<=", "gt": ">",
                "greaterthan": ">", "ge": ">=", "in": "in",
            ]
            let other = try arguments.bind(name, "other", required: 1)[0] ?? .none
            return try compare(symbols[name] ?? name, value, other, arguments.line)
        case "divisibleby":
            let other = try arguments.bind(name, "num", required: 1)[0] ?? .none
            guard let number = value.wholeNumber, let divisor = other.wholeNumber, divisor != 0, divisor != -1 else {
                throw arguments.wrongType(name, value)
            }
            return number % divisor == 0
        default: break
        }
        _ = try arguments.bind(name)
        switch (name, value) {
        case ("defined", .undefined): return false
        case ("defined", _): return true
        case ("undefined", .undefined): return true
        case ("undefined", _): return false
        case ("none", .none), ("string", .string), ("boolean", .bool), ("float", .float): return true
        case ("integer", .integer), ("number", .integer), ("number", .float), ("number", .bool): return true
        case ("true", .bool(let value)): return value
        case ("false", .bool(let value)): return !value
        case ("mapping", .dictionary): return true
        case ("sequence", .string), ("sequence", .list), ("sequence", .dictionary): return true
        case ("iterable", .string), ("iterable", .list), ("iterable", .dictionary), ("iterable", .undefined):
            return true
        case ("odd", _), ("even", _):
            guard let number = value.wholeNumber else { throw arguments.wrongType(name, value) }
            return number.isMultiple(of: 2) == (name == "even")
        case ("none", _), ("string", _), ("boolean", _), ("float", _), ("integer", _), ("number", _), ("true", _),
            ("false", _), ("mapping", _), ("sequence", _), ("iterable", _):
            return false
        default: throw TemplateError(line: arguments.line, problem: .unsupported("test \(name)"))
        }
    }
}
