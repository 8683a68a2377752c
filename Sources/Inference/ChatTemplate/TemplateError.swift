/// Why a chat template can't be used, and in which of its lines.
package struct TemplateError: Error, Equatable {
    /// Counted from 1.
    package let line: Int
    package let problem: Problem

    package enum Problem: Equatable, Sendable {
        /// The text is not Jinja: `expected` should stand where `found` is.
        case syntax(expected: String, found: String)
        /// Jinja has it, this engine has not: a statement, filter, test, function or method.
        case unsupported(String)
        /// A value that isn't there was used as if it were.
        case undefined(String)
        /// An operation got values that it isn't made for.
        case wrongType(operation: String, found: String)
        /// A call got too few, too many or unknown arguments.
        case wrongArguments(String)
        /// The template itself refuses the messages (`raise_exception`).
        case raised(String)
        /// More steps, depth, or text than a template may use.
        case limit(String, Int)
    }
}

/// What a template may use at most, so that none can hold up whoever renders it.
enum TemplateLimit {
    /// Of the template's own text, in bytes.
    static let source = 1 << 20
    /// Of nested expressions and statements.
    static let depth = 100
    /// Nodes evaluated, and passes of loops.
    static let steps = 500_000
    /// The longest text that an operation may make, and the longest prompt, in bytes.
    static let text = 16 << 20
    /// All texts and lists that operations make, in bytes and elements together.
    static let work = 256 << 20
    /// Elements of a `range`, as in Jinja's sandbox.
    static let range = 100_000
}
