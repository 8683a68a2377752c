/// The mistakes of a file, gathered so that its writer sees all of them at once.
package struct Mistakes: Sendable {
    private var gathered: [ConfigurationError] = []

    package init() {}

    /// All of them, in the order of the text.
    package var found: [ConfigurationError] {
        gathered.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    package mutating func add(_ mistake: ConfigurationError) { gathered.append(mistake) }

    /// Reads something. A mistake in it is kept, and reading goes on with nil.
    package mutating func reading<Value>(_ read: () throws(ConfigurationError) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            gathered.append(error)
            return nil
        }
    }

    /// Reads the value of a key that must be there.
    package mutating func required<Value>(
        _ key: String, of map: inout YAMLMapping, _ read: (YAMLNode) throws(ConfigurationError) -> Value
    ) -> Value? {
        reading { () throws(ConfigurationError) in try read(try map.required(key)) }
    }

    /// Reads the value of a key that may be left out.
    package mutating func optional<Value>(
        _ key: String, of map: inout YAMLMapping, _ read: (YAMLNode) throws(ConfigurationError) -> Value
    ) -> Value? {
        guard let node = map.optional(key) else { return nil }
        return reading { () throws(ConfigurationError) in try read(node) }
    }

    /// Reads each element of a list that may be left out; those with a mistake are not among the values.
    package mutating func each<Value>(
        _ key: String, of map: inout YAMLMapping, _ read: (YAMLNode) throws(ConfigurationError) -> Value
    ) -> [Value] {
        guard let nodes = optional(key, of: &map, { (node) throws(ConfigurationError) in try node.list() }) else {
            return []
        }
        var values: [Value] = []
        for node in nodes {
            if let value = reading({ () throws(ConfigurationError) in try read(node) }) { values.append(value) }
        }
        return values
    }

    /// Keeps a mistake for each key that nobody asked for.
    package mutating func finish(_ map: YAMLMapping) { gathered += map.unknown }
}
