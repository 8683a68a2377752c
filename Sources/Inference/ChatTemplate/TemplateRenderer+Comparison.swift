/// Comparing values; each element and byte looked at is counted, since lists may hold the same list many times.
extension TemplateRenderer {
    mutating func holds(
        _ symbol: String, _ left: TemplateValue, _ right: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> Bool {
        switch symbol {
        case "==": return try equal(left, right, position)
        case "!=": return try !equal(left, right, position)
        case "in": return try contains(right, left, position)
        case "not in": return try !contains(right, left, position)
        default: break
        }
        if case .float = left, let left = left.number, let right = right.number {
            return compare(symbol, left, right)
        }
        if case .float = right, let left = left.number, let right = right.number {
            return compare(symbol, left, right)
        }
        return compare(symbol, try order(left, right, symbol, position), 0)
    }

    private func compare<Number: Comparable>(_ symbol: String, _ left: Number, _ right: Number) -> Bool {
        switch symbol {
        case "<": left < right
        case "<=": left <= right
        case ">": left > right
        default: left >= right
        }
    }

    mutating func equal(
        _ left: TemplateValue, _ right: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> Bool {
        try charge(1, position)
        switch (left, right) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.sequence(let left), .sequence(let right)):
            guard left.kind == right.kind, left.values.count == right.values.count else { return false }
            for (left, right) in zip(left.values, right.values) {
                guard try equal(left, right, position) else { return false }
            }
            return true
        case (.mapping(let left), .mapping(let right)):
            guard left.entries.count == right.entries.count else { return false }
            for (key, value) in left.entries {
                try charge(key.size, position)
                guard let other = right[key], try equal(value, other, position) else { return false }
            }
            return true
        case (.object(let left, _), .object(let right, _)): return left == right
        case (.function(let left), .function(let right)): return left == right
        default: break
        }
        if let left = left.text, let right = right.text {
            try charge(min(left.utf8.count, right.utf8.count), position)
            return left.isSame(as: right)
        }
        if let left = left.wholeNumber, let right = right.wholeNumber { return left == right }
        guard let left = left.number, let right = right.number else { return false }
        return left == right
    }

    /// Below, at or above 0, as `left` comes before, with or after `right`.
    mutating func order(
        _ left: TemplateValue, _ right: TemplateValue, _ operation: String, _ position: TemplatePosition
    ) throws(TemplateError) -> Int {
        try charge(1, position)
        if let left = left.text, let right = right.text {
            try charge(min(left.utf8.count, right.utf8.count), position)
            if left.utf8.elementsEqual(right.utf8) { return 0 }
            return left.utf8.lexicographicallyPrecedes(right.utf8) ? -1 : 1
        }
        if let left = left.wholeNumber, let right = right.wholeNumber {
            return left < right ? -1 : left > right ? 1 : 0
        }
        if let left = left.number, let right = right.number { return left < right ? -1 : left > right ? 1 : 0 }
        if case .sequence(let left) = left, case .sequence(let right) = right, left.kind == right.kind,
            left.kind == .list || left.kind == .tuple
        {
            for (left, right) in zip(left.values, right.values) where try !equal(left, right, position) {
                return try order(left, right, operation, position)
            }
            return left.values.count - right.values.count
        }
        for value in [left, right] where value.isUndefined { throw wrongType(operation, value, position) }
        throw TemplateError(
            position: position,
            problem: .wrongType(operation: operation, found: "\(left.typeName) and \(right.typeName)"))
    }

    /// `element in container`
    mutating func contains(
        _ container: TemplateValue, _ element: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> Bool {
        switch container {
        case .string(let text), .markup(let text):
            guard let part = element.text else { throw wrongType("in a str", element, position) }
            try charge(text.utf8.count + part.utf8.count, position)
            return text.contains(scalars: part)
        case .mapping(let mapping): return mapping[try hashable(element, position)] != nil
        case .object(let number, .iterator):
            while let value = try next(of: number, position) {
                if try equal(value, element, position) { return true }
            }
            return false
        default:
            for value in try items(of: container, position) where try equal(value, element, position) { return true }
            return false
        }
    }

    /// `values` by their keys, equal ones in the order that they had.
    mutating func sorted(
        _ values: [(key: TemplateValue, value: TemplateValue)], reversed: Bool, _ operation: String,
        _ position: TemplatePosition
    ) throws(TemplateError) -> [TemplateValue] {
        var runs = values.map { [$0] }
        while runs.count > 1 {
            var merged: [[(key: TemplateValue, value: TemplateValue)]] = []
            for index in stride(from: 0, to: runs.count, by: 2) {
                guard index + 1 < runs.count else {
                    merged.append(runs[index])
                    break
                }
                merged.append(try merge(runs[index], runs[index + 1], reversed, operation, position))
            }
            runs = merged
        }
        return runs.first?.map(\.value) ?? []
    }

    private mutating func merge(
        _ first: [(key: TemplateValue, value: TemplateValue)], _ second: [(key: TemplateValue, value: TemplateValue)],
        _ reversed: Bool, _ operation: String, _ position: TemplatePosition
    ) throws(TemplateError) -> [(key: TemplateValue, value: TemplateValue)] {
        var merged: [(key: TemplateValue, value: TemplateValue)] = []
        var rest = first[...]
        for element in second {
            while let next = rest.first {
                let order = try order(element.key, next.key, operation, position)
                if reversed ? order > 0 : order < 0 { break }
                merged.append(next)
                rest.removeFirst()
            }
            merged.append(element)
        }
        return merged + rest
    }
}
