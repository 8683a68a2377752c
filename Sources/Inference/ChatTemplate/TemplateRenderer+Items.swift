/// Attributes, items and slices of values, and what loops go through.
extension TemplateRenderer {
    /// `value.name`
    func attribute(_ name: String, of value: TemplateValue, _ line: Int) throws(TemplateError) -> TemplateValue {
        switch value {
        case .undefined(let base): throw TemplateError(line: line, problem: .undefined(base))
        case .dictionary: return value.entry(name) ?? .undefined(name)
        case .namespace(let number): return namespaces[number][name] ?? .undefined(name)
        default: return .undefined(name)
        }
    }

    /// `value[index]`
    func item(_ index: TemplateValue, of value: TemplateValue, _ line: Int) throws(TemplateError) -> TemplateValue {
        if case .string(let key) = index { return try attribute(key, of: value, line) }
        if case .undefined(let base) = value { throw TemplateError(line: line, problem: .undefined(base)) }
        guard let position = index.wholeNumber else {
            throw TemplateError(
                line: line, problem: .wrongType(operation: "subscript", found: index.typeName))
        }
        switch value {
        case .list(let values):
            let offset = position < 0 ? position + values.count : position
            return values.indices.contains(offset) ? values[offset] : .undefined("item \(position)")
        case .string(let string):
            let scalars = Array(string.unicodeScalars)
            let offset = position < 0 ? position + scalars.count : position
            return scalars.indices.contains(offset) ? .string(String(scalars[offset])) : .undefined("item \(position)")
        default: return .undefined("item \(position)")
        }
    }

    /// `value[from:to:step]`
    mutating func slice(
        _ value: TemplateValue, _ from: Int?, _ to: Int?, _ step: Int, _ line: Int
    ) throws(TemplateError) -> TemplateValue {
        switch value {
        case .list(let values):
            try charge(values.count, line)
            return .list(try Self.indices(values.count, from, to, step, line).map { values[$0] })
        case .string(let string):
            try charge(string.utf8.count, line)
            let scalars = Array(string.unicodeScalars)
            var result = String.UnicodeScalarView()
            for index in try Self.indices(scalars.count, from, to, step, line) { result.append(scalars[index]) }
            return .string(String(result))
        default: throw TemplateError(line: line, problem: .wrongType(operation: "slice", found: value.typeName))
        }
    }

    private static func indices(
        _ count: Int, _ from: Int?, _ to: Int?, _ step: Int, _ line: Int
    ) throws(TemplateError) -> [Int] {
        guard step != 0, step != .min else {
            throw TemplateError(line: line, problem: .wrongType(operation: "slice", found: "step \(step)"))
        }
        // Python's slice.indices: negative bounds count from the end, then everything is clamped.
        let (low, high) = step > 0 ? (0, count) : (-1, count - 1)
        func clamp(_ bound: Int) -> Int { min(max(bound < 0 ? bound + count : bound, low), high) }
        let start = from.map(clamp) ?? (step > 0 ? low : high)
        let end = to.map(clamp) ?? (step > 0 ? high : low)
        return Array(stride(from: start, to: end, by: step))
    }

    /// What a loop goes through.
    mutating func items(of value: TemplateValue, _ line: Int) throws(TemplateError) -> [TemplateValue] {
        switch value {
        case .undefined: return []
        case .list(let values): return values
        case .dictionary(let entries): return entries.map { .string($0.key) }
        case .string(let string):
            try charge(string.utf8.count, line)
            return string.unicodeScalars.map { .string(String($0)) }
        default: throw TemplateError(line: line, problem: .wrongType(operation: "loop", found: value.typeName))
        }
    }
}
