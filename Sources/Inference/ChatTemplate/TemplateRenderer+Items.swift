/// What is inside values.
extension TemplateRenderer {
    /// What Python's `iter` gives; an iterator is used up.
    mutating func items(
        of value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> [TemplateValue] {
        try charge(value.size, position)
        switch value {
        case .undefined: return []
        case .string(let text), .markup(let text): return text.unicodeScalars.map { .string(String($0)) }
        case .sequence(let sequence): return sequence.values
        case .mapping(let mapping): return mapping.entries.map(\.key)
        case .object(let number, .iterator):
            var values: [TemplateValue] = []
            while let value = try next(of: number, position) { values.append(value) }
            return values
        default: throw wrongType("iterating", value, position)
        }
    }

    /// The next value of an iterator.
    mutating func next(of number: Int, _ position: TemplatePosition) throws(TemplateError) -> TemplateValue? {
        guard case .iterator(var iterator) = objects[number] else { return nil }
        try charge(1, position)
        guard let value = iterator.values.popFirst() else {
            if let failure = iterator.failure { throw failure }
            return nil
        }
        change(number, to: .iterator(iterator))
        return value
    }

    /// An iterator over what `transform` makes of each value of `source`, nil for none.
    mutating func lazily(
        _ source: TemplateValue, _ position: TemplatePosition,
        _ transform: (inout TemplateRenderer, TemplateValue) throws(TemplateError) -> TemplateValue?
    ) throws(TemplateError) -> TemplateValue {
        var values: [TemplateValue] = []
        var failure: TemplateError?
        do throws(TemplateError) {
            for item in try items(of: source, position) {
                try step(position)
                if let value = try transform(&self, item) { values.append(value) }
            }
        } catch {
            if case .limit = error.problem { throw error }
            failure = error
        }
        return make(.iterator(TemplateIterator(values: values[...], failure: failure)), .iterator)
    }

    /// `value.name`
    mutating func attribute(
        _ name: String, of value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        if let found = try ownAttribute(name, of: value, position) { return found }
        if case .mapping(let mapping) = value, let found = mapping[.string(name)] { return found }
        return try missing(name, of: value, position)
    }

    /// `value[index]`
    mutating func item(
        _ index: TemplateValue, of value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        try charge(index.size, position)
        switch value {
        case .mapping(let mapping):
            if TemplateKey.isHashable(index), let found = mapping[index] { return found }
        case .sequence(let sequence) where !sequence.kind.isView:
            if let place = place(index, sequence.values.count) { return sequence.values[place] }
        case .string(let text), .markup(let text):
            guard index.wholeNumber != nil else { break }
            try charge(text.utf8.count, position)
            let scalars = text.unicodeScalars
            guard let place = place(index, scalars.count) else { break }
            return .string(String(scalars[scalars.index(scalars.startIndex, offsetBy: place)]))
        default: break
        }
        guard let name = index.text else {
            if value.isUndefined { throw wrongType("[]", value, position) }
            return .undefined("an item of a \(value.typeName)")
        }
        if let found = try ownAttribute(name, of: value, position) { return found }
        return try missing(name, of: value, position)
    }

    private func place(_ index: TemplateValue, _ count: Int) -> Int? {
        guard let index = index.wholeNumber, index < count, index >= -count else { return nil }
        return index < 0 ? index + count : index
    }

    /// What Python itself has under `name`: a method, or an attribute of Jinja's own objects.
    private mutating func ownAttribute(
        _ name: String, of value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue? {
        switch value {
        case .undefined(let what): throw TemplateError(position: position, problem: .undefined(what))
        case .string, .markup:
            if TemplateTextMethod(rawValue: name) != nil { return .method(value, name) }
        case .sequence(let sequence):
            if !sequence.kind.isView, ["count", "index"].contains(name) { return .method(value, name) }
            if sequence.kind == .list, name == "copy" { return .method(value, name) }
        case .mapping:
            if ["get", "items", "keys", "values", "copy"].contains(name) { return .method(value, name) }
        case .object(let number, _): return try attribute(name, of: number, value, position)
        default: break
        }
        if UnsafeAttribute.names(of: value).contains(name) {
            throw TemplateError(position: position, problem: .unsupported("method \(name) of \(value.typeName)"))
        }
        return nil
    }

    private mutating func attribute(
        _ name: String, of number: Int, _ value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue? {
        switch objects[number] {
        case .namespace(let mapping): return mapping[.string(name)]
        case .loop(let state):
            return ["cycle", "changed"].contains(name)
                ? .method(value, name) : try attribute(name, of: state, position)
        case .macro(let macro, _):
            switch name {
            case "name": return .string(macro.name)
            case "arguments": return .tuple(macro.parameters.map { .string($0.name) })
            case "catch_kwargs": return .bool(macro.reads.contains("kwargs"))
            case "catch_varargs": return .bool(macro.reads.contains("varargs"))
            case "caller": return .bool(macro.reads.contains("caller"))
            default: return nil
            }
        case .cycler(let values, let index):
            if name == "current" { return values[index] }
            return ["next", "reset"].contains(name) ? .method(value, name) : nil
        case .iterator, .joiner: return nil
        }
    }

    private func missing(
        _ name: String, of value: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        if name.hasPrefix("__") {
            throw TemplateError(position: position, problem: .refused("attribute \(name)"))
        }
        return .undefined(name)
    }
}

/// What Python has and this engine refuses: it changes values, or nothing here needs it.
enum UnsafeAttribute {
    static func names(of value: TemplateValue) -> Set<String> {
        switch value {
        case .string, .markup: ["encode", "translate", "maketrans", "format_map"]
        case .sequence(let sequence) where sequence.kind == .list:
            ["append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort"]
        case .mapping: ["clear", "pop", "popitem", "setdefault", "update", "fromkeys"]
        case .bool, .integer:
            [
                "as_integer_ratio", "bit_count", "bit_length", "conjugate", "denominator", "from_bytes", "imag",
                "numerator", "real", "to_bytes",
            ]
        case .float: ["as_integer_ratio", "conjugate", "fromhex", "hex", "imag", "is_integer", "real"]
        default: []
        }
    }
}
