/// A cursor over a mapping: each key is asked for by name, and `finish` refuses those nobody asked for.
package struct YAMLMapping: Sendable {
    package let node: YAMLNode
    private var left: [(key: String, position: ConfigurationError.Position, value: YAMLNode)]
    private var known: [String] = []

    init(node: YAMLNode, entries: [(key: String, position: ConfigurationError.Position, value: YAMLNode)]) {
        self.node = node
        left = entries
    }

    /// The value of a key that must be there.
    package mutating func required(_ key: String) throws(ConfigurationError) -> YAMLNode {
        guard let value = optional(key) else { throw node.error(.missing(key: key)) }
        return value
    }

    /// The value of a key that may be left out.
    package mutating func optional(_ key: String) -> YAMLNode? {
        known.append(key)
        guard let index = left.firstIndex(where: { $0.key == key }) else { return nil }
        return left.remove(at: index).value
    }

    /// Throws for the first key that nobody asked for.
    package func finish() throws(ConfigurationError) {
        if let mistake = unknown.first { throw mistake }
    }

    /// A mistake for each key that nobody asked for so far.
    package var unknown: [ConfigurationError] {
        left.map { entry in
            ConfigurationError(
                file: node.file, position: entry.position, problem: .unknown(key: entry.key, known: known.sorted()))
        }
    }
}
