import JSONText
import Tensors

/// What an answer must be. Answers are compared as they were generated, special tokens left out, nothing trimmed.
package enum Expectation: Sendable, Equatable {
    /// This text, byte for byte.
    case exact(String)
    /// Each of these texts somewhere in it.
    case contains([String])
    /// A match of this pattern (Swift's `Regex`, over scalars) somewhere in it.
    case regex(String)
    /// One JSON value, of this form.
    case json(JSONSchema)

    package static let kinds = ["exact", "contains", "regex", "json"]

    package func mismatch(_ text: String) -> Mismatch? {
        switch self {
        case .exact(let expected):
            return text.utf8.elementsEqual(expected.utf8) ? nil : .differs(expected: expected, found: text)
        case .contains(let parts):
            let bytes = Array(text.utf8)
            let missing = parts.first { !$0.isEmpty && bytes.firstRange(of: Array($0.utf8)) == nil }
            return missing.map { .lacks($0, found: text) }
        case .regex(let pattern):
            let match = try? Self.compiled(pattern)?.firstMatch(in: text)
            return match == nil ? .noMatch(pattern: pattern, found: text) : nil
        case .json(let schema):
            guard let value = try? JSON(parsing: Array(text.utf8)) else { return .notJSON(found: text) }
            return schema.violation(by: value).map { .schema($0, found: text) }
        }
    }

    /// The pattern, if it is one.
    static func compiled(_ pattern: String) -> Regex<AnyRegexOutput>? {
        (try? Regex(pattern))?.matchingSemantics(.unicodeScalar)
    }
}

/// Why a text is not the answer that was expected.
package enum Mismatch: Sendable, Equatable {
    case differs(expected: String, found: String)
    case lacks(String, found: String)
    case noMatch(pattern: String, found: String)
    case notJSON(found: String)
    case schema(SchemaViolation, found: String)

    package var found: String {
        switch self {
        case .differs(_, let found), .lacks(_, let found), .noMatch(_, let found), .notJSON(let found),
            .schema(_, let found):
            found
        }
    }
}
