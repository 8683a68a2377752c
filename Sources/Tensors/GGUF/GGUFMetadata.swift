/// A GGUF's keys in their order, each value kept as the bytes that encode it.
///
/// Nothing is decoded before it is asked for, and what is not changed is written back byte for byte.
package struct GGUFMetadata: Sendable {
    /// A key and where its encoded value stands in `bytes`.
    package struct Entry: Sendable {
        package let key: String
        package let type: GGUFValueType
        /// The type of an array's elements; nil for single values.
        package let element: GGUFValueType?
        /// How many elements an array has; 1 for single values.
        package let count: Int
        /// The value without its type; for an array also without the elements' type and count.
        let payload: Range<Int>

        /// `string`, or `array of u32`.
        package var typeName: String { element.map { "array of " + $0.name } ?? type.name }
    }

    package private(set) var entries: [Entry]
    private(set) var bytes: [UInt8]
    private var positions: [String: Int]

    /// Starts without keys.
    package init() {
        entries = []
        bytes = []
        positions = [:]
    }

    /// Takes what the parser found; keys are distinct, and payloads lie within `bytes`.
    init(entries: [Entry], bytes: [UInt8]) {
        self.entries = entries
        self.bytes = bytes
        positions = Dictionary(uniqueKeysWithValues: zip(entries.map(\.key), entries.indices))
    }

    package subscript(key: String) -> Entry? { positions[key].map { entries[$0] } }

    /// Gives `key` a value: in its old place if it has one, otherwise at the end.
    package mutating func set(_ key: String, to value: GGUFValue) {
        let start = bytes.count
        value.encodePayload(into: &bytes)
        let entry = Entry(
            key: key, type: value.type, element: value.element, count: value.count, payload: start..<bytes.count)
        if let position = positions[key] {
            entries[position] = entry
        } else {
            positions[key] = entries.count
            entries.append(entry)
        }
    }

    /// Takes `key` away, if it is there.
    package mutating func remove(_ key: String) {
        guard let position = positions[key] else { return }
        entries.remove(at: position)
        positions = Dictionary(uniqueKeysWithValues: zip(entries.map(\.key), entries.indices))
    }
}
