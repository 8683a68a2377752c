/// The filters that ask each value: they give iterators.
extension TemplateRenderer {
    mutating func choose(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        // Jinja doesn't look into what is false: none too gives nothing.
        let value = value.isTrue ? value : .list([])
        if filter == .map { return try map(value, arguments) }
        let position = arguments.position
        var rest = arguments
        let hasAttribute = filter == .selectattr || filter == .rejectattr
        let keeps = filter == .select || filter == .selectattr
        return try lazily(value, position) { renderer, item throws(TemplateError) in
            var operands = rest.positional[...]
            var tested = item
            if hasAttribute {
                guard let path = try renderer.path(operands.popFirst(), arguments) else { throw arguments.wrong }
                tested = try renderer.follow(path, from: item, position)
            }
            guard let name = operands.popFirst() else { return tested.isTrue == keeps ? item : nil }
            rest.positional = Array(operands)
            defer { rest.positional = arguments.positional }
            return try renderer.test(try arguments.text(name), tested, rest) == keeps ? item : nil
        }
    }

    /// `map('filter', arguments)` or `map(attribute='name', default=value)`
    private mutating func map(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let position = arguments.position
        var rest = arguments
        if arguments.positional.isEmpty, let index = rest.named.firstIndex(where: { $0.name == "attribute" }) {
            let path = try path(rest.named.remove(at: index).value, arguments)
            let missing = rest.named.first?.value
            guard let path, rest.named.allSatisfy({ $0.name == "default" }) else { throw arguments.wrong }
            return try lazily(value, position) { renderer, item throws(TemplateError) in
                try renderer.follow(path, from: item, missing: missing, position)
            }
        }
        return try lazily(value, position) { renderer, item throws(TemplateError) in
            guard let name = arguments.positional.first else { throw arguments.wrong }
            rest.positional = Array(arguments.positional.dropFirst())
            let result = try renderer.filter(try arguments.text(name), item, rest)
            try renderer.charge(result.size, position)
            return result
        }
    }
}
