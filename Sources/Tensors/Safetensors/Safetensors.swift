/// The table of a safetensors file: a JSON header, then the data without holes.
package struct Safetensors: Sendable {
    /// What any file may have at most.
    package enum Limit {
        package static let headerBytes = 100_000_000
        package static let tensors = 1 << 20
        package static let dimensions = 4
    }

    package struct Tensor: Sendable, Equatable {
        package let name: String
        /// The usual order: the last is the length of a row. Empty for a single number.
        package let shape: [Int]
        package let type: StoredType
        /// Where its bytes are, from the start of the file.
        package let range: Range<Int>
    }

    /// In the order of their data.
    package let tensors: [Tensor]
    /// What the writer noted, such as `format`.
    package let metadata: [String: String]

    package func tensor(_ name: String) -> Tensor? { tensors.first { $0.name == name } }
}
