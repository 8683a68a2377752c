/// What a model file says of one tensor.
package struct TensorInfo: Sendable, Equatable {
    package let name: String
    /// GGUF's order: `shape[0]` is the length of a row, whose numbers are neighbours. Never empty, each at least 1.
    package let shape: [Int]
    package let type: ElementType
    /// Where its bytes are, from the start of the GGUF.
    package let range: Range<Int>

    package init(name: String, shape: [Int], type: ElementType, range: Range<Int>) {
        self.name = name
        self.shape = shape
        self.type = type
        self.range = range
    }

    /// Numbers in a row.
    package var rowElements: Int { shape[0] }
    /// How many rows there are.
    package var rows: Int { shape.dropFirst().reduce(1, *) }
    /// How many numbers there are.
    package var elements: Int { shape.reduce(1, *) }
    /// The size of a row in bytes.
    package var rowBytes: Int { range.count / rows }
}
