/// One value of a YAML text, with its place, read as the type that the caller expects.
package struct YAMLNode: Sendable {
    package let file: String
    package let position: ConfigurationError.Position
    let content: Content

    enum Content: Sendable {
        /// `plain` is false for quoted and block scalars, which are text whatever they look like.
        case scalar(String, plain: Bool)
        case list([YAMLNode])
        case mapping([(key: String, position: ConfigurationError.Position, value: YAMLNode)])
    }

    /// An error that stands where this value does.
    package func error(_ problem: ConfigurationError.Problem) -> ConfigurationError {
        ConfigurationError(file: file, position: position, problem: problem)
    }

    /// An error saying that the value has the right type but is not what is `expected`.
    package func invalid(expected: String) -> ConfigurationError {
        if case .scalar(let text, _) = content { return error(.invalid(value: text, expected: expected)) }
        return error(.invalid(value: "", expected: expected))
    }

    /// The text of any scalar: `1.10` and `no` stay what was typed. Nothing (`~`, `null`, no value) is no text.
    package func string() throws(ConfigurationError) -> String {
        guard case .scalar(let text, _) = content, kind != .nothing else { throw wrongType(.text) }
        return text
    }

    /// A decimal integer.
    package func integer() throws(ConfigurationError) -> Int {
        guard case .scalar(let text, true) = content, let value = Int(text) else { throw wrongType(.integer) }
        return value
    }

    /// A decimal integer within a range.
    package func integer(in range: ClosedRange<Int>) throws(ConfigurationError) -> Int {
        let value = try integer()
        guard range.contains(value) else {
            throw invalid(expected: "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// A finite decimal number.
    package func number() throws(ConfigurationError) -> Double {
        guard case .scalar(let text, true) = content, let value = Self.decimal(text) else { throw wrongType(.number) }
        return value
    }

    /// `true` or `false`, and no other word.
    package func boolean() throws(ConfigurationError) -> Bool {
        guard case .scalar(let text, true) = content, let value = Bool(text) else { throw wrongType(.boolean) }
        return value
    }

    package func list() throws(ConfigurationError) -> [YAMLNode] {
        guard case .list(let nodes) = content else { throw wrongType(.list) }
        return nodes
    }

    /// A list of texts.
    package func strings() throws(ConfigurationError) -> [String] {
        var texts: [String] = []
        for node in try list() { texts.append(try node.string()) }
        return texts
    }

    /// A mapping whose keys are known beforehand.
    package func mapping() throws(ConfigurationError) -> YAMLMapping {
        guard case .mapping(let entries) = content else { throw wrongType(.mapping) }
        return YAMLMapping(node: self, entries: entries)
    }

    /// A mapping whose keys the writer chooses, in the order of the text.
    package func entries() throws(ConfigurationError) -> [(key: String, value: YAMLNode)] {
        guard case .mapping(let entries) = content else { throw wrongType(.mapping) }
        return entries.map { ($0.key, $0.value) }
    }

    /// What the value looks like.
    package var kind: ConfigurationError.Kind {
        switch content {
        case .list: .list
        case .mapping: .mapping
        case .scalar(_, plain: false): .text
        case .scalar("", _), .scalar("~", _), .scalar("null", _): .nothing
        case .scalar(let text, _):
            if Int(text) != nil {
                .integer
            } else if Self.decimal(text) != nil {
                .number
            } else if Bool(text) != nil {
                .boolean
            } else {
                .text
            }
        }
    }

    private func wrongType(_ expected: ConfigurationError.Kind) -> ConfigurationError {
        error(.wrongType(expected: expected, found: kind))
    }

    /// Decimal notation only: no `inf`, `nan` or hexadecimal, which `Double` would read.
    private static func decimal(_ text: String) -> Double? {
        guard text.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }) else { return nil }
        return Double(text).flatMap { $0.isFinite ? $0 : nil }
    }
}
