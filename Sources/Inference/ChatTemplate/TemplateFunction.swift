/// The functions that templates find by name.
package enum TemplateFunction: String, CaseIterable, Sendable {
    case range, namespace, dict, cycler, joiner
    case raiseException = "raise_exception"
    case strftimeNow = "strftime_now"
}

extension TemplateRenderer {
    mutating func call(_ function: TemplateFunction, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let position = arguments.position
        switch function {
        case .range: return try range(arguments)
        case .dict: return .mapping(try mapping(arguments))
        case .namespace: return make(.namespace(try mapping(arguments)), .namespace)
        case .cycler:
            guard arguments.named.isEmpty, !arguments.positional.isEmpty else { throw arguments.wrong }
            return make(.cycler(arguments.positional, index: 0), .cycler)
        case .joiner:
            return make(.joiner(try arguments.text(try arguments.bind("sep")[0], ", "), isUsed: false), .joiner)
        case .raiseException:
            let message = try arguments.bind("message", required: 1)[0] ?? .none
            let text = try TemplatePrinter.print(message, position)
            throw TemplateError(position: position, problem: .raised(text))
        case .strftimeNow:
            let format = try arguments.text(try arguments.bind("format", required: 1)[0])
            guard let now, let text = now.formatted(format) else {
                throw TemplateError(position: position, problem: .unsupported("the time as '\(format)'"))
            }
            return .string(text)
        }
    }

    /// What `dict(…)` makes: of a dictionary or of pairs, and of names.
    private mutating func mapping(_ arguments: Arguments) throws(TemplateError) -> TemplateMapping {
        var mapping = TemplateMapping()
        guard arguments.positional.count <= 1 else { throw arguments.wrong }
        if let first = arguments.positional.first {
            if case .mapping(let entries) = first {
                mapping = entries
            } else {
                for pair in try items(of: first, arguments.position) {
                    let pair = try items(of: pair, arguments.position)
                    guard pair.count == 2 else { throw arguments.wrong }
                    mapping[try hashable(pair[0], arguments.position)] = pair[1]
                }
            }
        }
        for (name, value) in arguments.named { mapping[.string(name)] = value }
        try charge(mapping.entries.count, arguments.position)
        return mapping
    }

    private mutating func range(_ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        guard arguments.named.isEmpty, (1...3).contains(arguments.positional.count) else { throw arguments.wrong }
        var numbers: [Int] = []
        for value in arguments.positional {
            guard case .integer(let number) = value else { throw arguments.wrongType(value) }
            numbers.append(number)
        }
        let (start, end) = numbers.count == 1 ? (0, numbers[0]) : (numbers[0], numbers[1])
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step != 0 else { throw arguments.wrong }
        let (distance, overflow) = end.subtractingReportingOverflow(start)
        let count = (distance > 0) == (step > 0) ? distance.magnitude / step.magnitude : 0
        guard !overflow, count <= TemplateLimit.range else {
            throw limit("numbers in a range", TemplateLimit.range, arguments.position)
        }
        let values = stride(from: start, to: end, by: step).map { TemplateValue.integer($0) }
        return .sequence(TemplateSequence(values, .range))
    }
}
