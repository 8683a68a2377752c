extension TemplateRenderer {
    mutating func list(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let position = arguments.position
        switch filter {
        case .join: return try join(value, arguments)
        case .batch, .slice: return try divide(filter, value, arguments)
        case .sum: return try sum(value, arguments)
        case .attr:
            let name = try arguments.text(try arguments.bind("name", required: 1)[0])
            if case .mapping = value { return .undefined(name) }
            return try attribute(name, of: value, position)
        default: _ = try arguments.bind()
        }
        switch filter {
        case .length, .count: return .integer(try length(of: value, arguments))
        case .first:
            if case .object(let number, .iterator) = value {
                return try next(of: number, position) ?? .undefined("first")
            }
            return try items(of: value, position).first ?? .undefined("first")
        case .last:
            if case .object = value { throw arguments.wrongType(value) }
            return try items(of: value, position).last ?? .undefined("last")
        case .reverse:
            if let text = value.text { return .string(String(text.unicodeScalars.reversed())) }
            let reversed = try items(of: value, position).reversed()
            return make(.iterator(TemplateIterator(values: Array(reversed)[...], failure: nil)), .iterator)
        case .items:
            guard case .mapping(let mapping) = value else {
                if value.isUndefined { return try lazily(.list([]), position) { _, value in value } }
                let failure = arguments.wrongType(value)
                return make(.iterator(TemplateIterator(values: [], failure: failure)), .iterator)
            }
            let pairs = mapping.entries.map { TemplateValue.tuple([$0.key, $0.value]) }
            return make(.iterator(TemplateIterator(values: pairs[...], failure: nil)), .iterator)
        default: return .list(try items(of: value, position))
        }
    }

    private func length(of value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> Int {
        switch value {
        case .undefined: return 0
        case .string(let text), .markup(let text): return text.unicodeScalars.count
        case .sequence, .mapping: return value.size
        case .object(let number, .loop):
            guard case .loop(let state) = objects[number], state.loop.condition == nil else { break }
            return state.kept.count + state.source.count
        default: break
        }
        throw arguments.wrongType(value)
    }

    private mutating func join(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("d", "attribute")
        var items = try items(of: value, arguments.position)
        if let path = try path(values[1], arguments) {
            for index in items.indices { items[index] = try follow(path, from: items[index], arguments.position) }
        }
        // Without autoescape Jinja joins plain texts.
        for index in items.indices {
            items[index] = .string(try TemplatePrinter.print(items[index], arguments.position))
        }
        let separator = try TemplatePrinter.print(values[0] ?? .string(""), arguments.position)
        return try join(items, with: .string(separator), arguments.position)
    }

    private mutating func sum(_ value: TemplateValue, _ arguments: Arguments) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("attribute", "start")
        let path = try path(values[0], arguments)
        var total = values[1] ?? .integer(0)
        if total.text != nil { throw arguments.wrongType(total) }
        for item in try items(of: value, arguments.position) {
            let item =
                try path.map { path throws(TemplateError) in try follow(path, from: item, arguments.position) } ?? item
            total = try compute("+", total, item, arguments.position)
            try charge(total.size, arguments.position)
        }
        return total
    }

    private mutating func divide(
        _ filter: TemplateFilter, _ value: TemplateValue, _ arguments: Arguments
    ) throws(TemplateError) -> TemplateValue {
        let values = try arguments.bind("count", "fill_with", required: 1)
        let count = try arguments.integer(values[0], 1)
        guard (1...TemplateLimit.range).contains(count) else { throw arguments.wrong }
        let items = try items(of: value, arguments.position)
        var fill: TemplateValue?
        if let given = values[1] {
            if case .none = given {} else { fill = given }
        }
        var parts: [TemplateValue] = []
        if filter == .batch {
            for start in stride(from: 0, to: items.count, by: count) {
                var part = Array(items[start..<min(start + count, items.count)])
                if let fill { part += Array(repeating: fill, count: count - part.count) }
                parts.append(.list(part))
            }
        } else {
            let (length, extra) = items.count.quotientAndRemainder(dividingBy: count)
            for index in 0..<count {
                let start = index * length + min(index, extra)
                var part = Array(items[start..<start + length + (index < extra ? 1 : 0)])
                if let fill, index >= extra { part.append(fill) }
                parts.append(.list(part))
            }
        }
        try charge(parts.count + count, arguments.position)
        return make(.iterator(TemplateIterator(values: parts[...], failure: nil)), .iterator)
    }

    /// The steps of an `attribute` argument: `a.b.0`.
    func path(_ value: TemplateValue?, _ arguments: Arguments) throws(TemplateError) -> [TemplateValue]? {
        switch value {
        case nil, .some(.none): return nil
        case .integer(let index): return [.integer(index)]
        default:
            return try arguments.text(value).split(separator: ".", omittingEmptySubsequences: false).map { part in
                !part.isEmpty && part.utf8.allSatisfy(\.isDigit)
                    ? Int(part).map { .integer($0) } ?? .none : .string(String(part))
            }
        }
    }

    /// What is at the end of `path`; `missing` stands for what isn't there.
    mutating func follow(
        _ path: [TemplateValue], from value: TemplateValue, missing: TemplateValue? = nil,
        _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        var value = value
        for part in path {
            value = try item(part, of: value, position)
            if let missing, value.isUndefined { value = missing }
        }
        return value
    }
}
