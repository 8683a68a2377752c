/// A dictionary in the order of insertion.
package struct TemplateMapping: Sendable {
    private(set) var entries: [(key: TemplateValue, value: TemplateValue)] = []
    private(set) var depth = 1
    /// Where in `entries` each key is, once there are many.
    private var places: [TemplateKey: Int] = [:]

    private static let few = 8

    private func place(of key: TemplateValue) -> Int? {
        let key = TemplateKey(value: key)
        return places.isEmpty ? entries.firstIndex { TemplateKey(value: $0.key) == key } : places[key]
    }

    /// Setting a value keeps the place of its key.
    subscript(key: TemplateValue) -> TemplateValue? {
        get { place(of: key).map { entries[$0].value } }
        set {
            guard let newValue else { return }
            depth = max(depth, newValue.depth + 1, key.depth + 1)
            if let place = place(of: key) {
                entries[place].value = newValue
                return
            }
            entries.append((key, newValue))
            if entries.count == Self.few + 1 {
                for (place, entry) in entries.enumerated() { places[TemplateKey(value: entry.key)] = place }
            } else if entries.count > Self.few {
                places[TemplateKey(value: key)] = entries.count - 1
            }
        }
    }
}

/// A value as a key: equal numbers are one key whatever their types, and texts are equal scalar by scalar.
struct TemplateKey: Hashable {
    let value: TemplateValue

    static func == (left: TemplateKey, right: TemplateKey) -> Bool {
        switch (left.value, right.value) {
        case (.none, .none), (.undefined, .undefined): return true
        case (.sequence(let left), .sequence(let right)):
            return left.values.count == right.values.count
                && zip(left.values, right.values).allSatisfy { TemplateKey(value: $0) == TemplateKey(value: $1) }
        default:
            if let left = left.value.text, let right = right.value.text { return left.isSame(as: right) }
            if let left = left.value.wholeNumber, let right = right.value.wholeNumber { return left == right }
            guard let left = left.value.number, let right = right.value.number else { return false }
            return left == right
        }
    }

    func hash(into hasher: inout Hasher) {
        switch value {
        case .sequence(let sequence): for value in sequence.values { TemplateKey(value: value).hash(into: &hasher) }
        default:
            if let text = value.text {
                for byte in text.utf8 { hasher.combine(byte) }
            } else if let number = value.number {
                hasher.combine(number)
            }
        }
    }

    /// Whether Python can hash it; tuples only where they are flat and short.
    static func isHashable(_ value: TemplateValue) -> Bool {
        switch value {
        case .sequence(let sequence):
            sequence.kind == .tuple && sequence.depth == 1 && sequence.values.count <= 16
                && sequence.values.allSatisfy(isHashable)
        case .mapping, .function, .method, .object: false
        default: true
        }
    }
}
