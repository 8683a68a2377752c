/// A GGUF file's keys and table of tensors (ggml's docs/gguf.md, version 3).
package struct GGUF: GGUFKeyed, Sendable {
    /// What any file may have at most.
    package enum Limit {
        package static let keys = 65_536
        package static let tensors = 65_536
        package static let keyLength = 65_535
        package static let nameLength = 63
        package static let dimensions = 4
        package static let headerBytes = 1 << 30
    }

    package let metadata: GGUFMetadata
    package let alignment: Int
    /// In the order of their data.
    package let tensors: [TensorInfo]
    private let positions: [String: Int]

    init(metadata: GGUFMetadata, alignment: Int, tensors: [TensorInfo]) {
        self.metadata = metadata
        self.alignment = alignment
        self.tensors = tensors
        positions = Dictionary(zip(tensors.map(\.name), tensors.indices), uniquingKeysWith: { first, _ in first })
    }

    package func tensor(ifPresent name: String) -> TensorInfo? { positions[name].map { tensors[$0] } }

    package func tensor(_ name: String) throws(TensorError) -> TensorInfo {
        guard let tensor = tensor(ifPresent: name) else { throw .missingTensor(name) }
        return tensor
    }
}
