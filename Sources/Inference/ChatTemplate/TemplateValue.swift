/// A value that a template computes with, as Python has them.
enum TemplateValue: Sendable {
    /// Not there; the name is for error messages.
    case undefined(String)
    case none
    case bool(Bool)
    case integer(Int)
    case float(Double)
    case string(String)
    case list([TemplateValue])
    /// In the order of insertion.
    case dictionary([(key: String, value: TemplateValue)])
    /// What `namespace()` makes: the one value that is shared, so that loops can change it. The renderer keeps what is
    /// in it, under this number.
    case namespace(Int)

    /// The type's name in Python.
    var typeName: String {
        switch self {
        case .undefined: "undefined"
        case .none: "None"
        case .bool: "bool"
        case .integer: "int"
        case .float: "float"
        case .string: "str"
        case .list: "list"
        case .dictionary: "dict"
        case .namespace: "namespace"
        }
    }

    var isTrue: Bool {
        switch self {
        case .undefined, .none: false
        case .bool(let value): value
        case .integer(let value): value != 0
        case .float(let value): value != 0
        case .string(let value): !value.isEmpty
        case .list(let values): !values.isEmpty
        case .dictionary(let entries): !entries.isEmpty
        case .namespace: true
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

    func equals(_ other: TemplateValue) -> Bool {
        switch (self, other) {
        case (.undefined, .undefined), (.none, .none): return true
        case (.string(let left), .string(let right)): return left.isSame(as: right)
        case (.list(let left), .list(let right)):
            return left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
        case (.dictionary(let left), .dictionary(let right)):
            return left.count == right.count
                && left.allSatisfy { entry in other.entry(entry.key).map { $0.equals(entry.value) } ?? false }
        case (.namespace(let left), .namespace(let right)): return left == right
        default:
            if let left = wholeNumber, let right = other.wholeNumber { return left == right }
            guard let left = number, let right = other.number else { return false }
            return left == right
        }
    }

    /// The value of a key of a dictionary.
    func entry(_ key: String) -> TemplateValue? {
        guard case .dictionary(let entries) = self else { return nil }
        return entries.first { $0.key.isSame(as: key) }?.value
    }
}
