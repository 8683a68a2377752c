extension TemplateRenderer {
    /// `value[from:to:step]`
    mutating func slice(
        of value: TemplateValue, _ from: TemplateExpression?, _ to: TemplateExpression?, _ step: TemplateExpression?,
        _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        let from = try bound(from, position)
        let to = try bound(to, position)
        let step = try bound(step, position) ?? 1
        try charge(value.size, position)
        switch value {
        case .string(let text), .markup(let text):
            let scalars = Array(text.unicodeScalars)
            let places = try places(from, to, step, scalars.count, position)
            let slice = String(places.map { scalars[$0] })
            return value.isMarkup ? .markup(slice) : .string(slice)
        case .sequence(let sequence) where !sequence.kind.isView:
            let places = try places(from, to, step, sequence.values.count, position)
            return .sequence(TemplateSequence(places.map { sequence.values[$0] }, sequence.kind))
        default: throw wrongType("a slice", value, position)
        }
    }

    private mutating func bound(
        _ expression: TemplateExpression?, _ position: TemplatePosition
    ) throws(TemplateError) -> Int? {
        guard let expression else { return nil }
        let value = try evaluate(expression)
        if case .none = value { return nil }
        guard let number = value.wholeNumber else { throw wrongType("a slice's bounds", value, position) }
        return number
    }

    /// The indices that Python's `slice(from, to, step).indices(count)` has.
    private func places(
        _ from: Int?, _ to: Int?, _ step: Int, _ count: Int, _ position: TemplatePosition
    ) throws(TemplateError) -> [Int] {
        if step == 0 {
            throw TemplateError(position: position, problem: .wrongType(operation: "a slice's step", found: "zero"))
        }
        let lowest = step > 0 ? 0 : -1
        let highest = step > 0 ? count : count - 1
        func clamped(_ index: Int?, _ missing: Int) -> Int {
            guard let index else { return missing }
            let place = index < 0 ? (index < -count ? lowest : index + count) : index
            return min(max(place, lowest), highest)
        }
        let start = clamped(from, step > 0 ? lowest : highest)
        let end = clamped(to, step > 0 ? highest : lowest)
        // No step is longer than the list.
        return Array(stride(from: start, to: end, by: min(max(step, -count - 1), count + 1)))
    }
}
