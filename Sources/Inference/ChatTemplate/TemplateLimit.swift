/// What a template may use at most, so that none can hold up whoever renders it.
enum TemplateLimit {
    /// Of the template's own text, in bytes.
    static let source = 1 << 20
    /// Of nested expressions and statements, as they are written.
    static let nesting = 100
    /// Of expressions, statements and macros that wait for each other.
    static let depth = 400
    /// Of lists and dictionaries in each other.
    static let valueDepth = 100
    /// Nodes evaluated, and passes of loops.
    static let steps = 2_000_000
    /// The longest text that an operation may make, and the longest prompt, in bytes.
    static let text = 16 << 20
    /// All texts and lists that operations make or read, in bytes and elements together.
    static let work = 256 << 20
    /// Elements of a `range`, as in Jinja's sandbox.
    static let range = 100_000
    /// Digits after the point.
    static let precision = 400
}
