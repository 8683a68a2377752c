/// A value that a template computes with, as Python has them.
package enum TemplateValue: Sendable {
    /// Not there; the name is for error messages.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    /// Text that is not to be escaped again (`safe`).
    case markup(String)
    case sequence(TemplateSequence)
    case mapping(TemplateMapping)
    case function(TemplateFunction)
    /// A method of a value that has not been called yet.
    indirect case method(TemplateValue, String)
    /// What is shared rather than copied; the renderer keeps it, under this number.
    case object(Int, TemplateObjectKind)

    static func list(_ values: [TemplateValue]) -> TemplateValue { .sequence(TemplateSequence(values)) }

    static func tuple(_ values: [TemplateValue]) -> TemplateValue { .sequence(TemplateSequence(values, .tuple)) }

    static func dictionary(_ entries: [(key: String, value: TemplateValue)]) -> TemplateValue {
        var mapping = TemplateMapping()
        for (key, value) in entries { mapping[.string(key)] = value }
        return .mapping(mapping)
    }

    /// The type's name in Python.
    package var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer: "int"
        case .float: "float"
        case .string, .markup: "str"
        case .sequence(let sequence): sequence.kind.rawValue
        case .mapping: "dict"
        case .function, .method: "function"
        case .object(_, let kind): kind.rawValue
        }
    }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let value), .markup(let value): !value.isEmpty
        case .sequence(let sequence): !sequence.values.isEmpty
        case .mapping(let mapping): !mapping.entries.isEmpty
        case .function, .method, .object: true
        }
    }

    /// The names and values of a dictionary that has names alone.
    package var variables: [(name: String, value: TemplateValue)] {
        guard case .mapping(let mapping) = self else { return [] }
        return mapping.entries.compactMap { entry in entry.key.text.map { ($0, entry.value) } }
    }

    /// The text of a string.
    var text: String? {
        switch self {
        case .string(let text), .markup(let text): text
        default: nil
        }
    }

    /// The number, of which a bool is one in Python.
    var wholeNumber: Int? {
        switch self {
        case .bool(let value): value ? 1 : 0
        case .integer(let value): value
        default: nil
        }
    }

    var number: Double? {
        if case .float(let value) = self { return value }
        return wholeNumber.map(Double.init)
    }

    var isUndefined: Bool {
        if case .undefined = self { return true }
        return false
    }

    /// How many lists and dictionaries are in each other.
    var depth: Int {
        switch self {
        case .sequence(let sequence): sequence.depth
        case .mapping(let mapping): mapping.depth
        case .method(let value, _): value.depth
        default: 0
        }
    }

    /// Bytes or elements.
    var size: Int {
        switch self {
        case .string(let text), .markup(let text): text.utf8.count
        case .sequence(let sequence): sequence.values.count
        case .mapping(let mapping): mapping.entries.count
        default: 0
        }
    }
}

/// Values in order.
package struct TemplateSequence: Sendable {
    /// What Python would hold them in.
    enum Kind: String, Sendable {
        case list, tuple, range
        case keys = "dict_keys"
        case values = "dict_values"
        case items = "dict_items"

        var isView: Bool { self == .keys || self == .values || self == .items }
    }

    let values: [TemplateValue]
    let kind: Kind
    let depth: Int

    init(_ values: [TemplateValue], _ kind: Kind = .list) {
        self.values = values
        self.kind = kind
        depth = 1 + (values.lazy.map(\.depth).max() ?? 0)
    }
}

/// What templates share rather than copy.
package enum TemplateObjectKind: String, Sendable {
    case namespace, macro, loop, cycler, joiner
    /// What most filters give: it can be run through once.
    case iterator = "generator"
}
