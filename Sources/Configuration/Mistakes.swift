/// The mistakes of a file, gathered so that its writer sees all of them at once.
package struct Mistakes: Sendable {
    private var gathered: [ConfigurationError] = []

    package init() {}

    /// All mistakes, in the order of the text.
    package var found: [ConfigurationError] {
        gathered.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }

    package var isEmpty: Bool { gathered.isEmpty }

    package mutating func add(_ mistake: ConfigurationError) { gathered.append(mistake) }

    /// Reads one value. A mistake in it is kept, and reading goes on with nil.
    package mutating func reading<Value>(_ read: () throws(ConfigurationError) -> Value) -> Value? {
        do {
            return try read()
        } catch {
            gathered.append(error)
            return nil
        }
    }

    /// Reads each element of a list that may be left out; those with a mistake are not among the values.
    package mutating func reading<Value>(
        eachOf list: YAMLNode?, _ read: (YAMLNode) throws(ConfigurationError) -> Value
    ) -> [Value] {
        guard let list, let nodes = reading({ () throws(ConfigurationError) in try list.list() }) else { return [] }
        return nodes.compactMap { node in reading { () throws(ConfigurationError) in try read(node) } }
    }

    /// Keeps a mistake for each key that nobody asked for.
    package mutating func finish(_ map: YAMLMapping) { gathered += map.unknown }
}
