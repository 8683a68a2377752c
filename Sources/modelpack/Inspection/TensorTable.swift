import Tensors

/// One tensor as `inspect` lists it.
struct TensorRow: Encodable {
    let name: String
    let type: String
    let shape: [Int]
    let bytes: Int

    var cells: [String] { [name, type, shape.map(String.init).joined(separator: " x "), "\(bytes)"] }
}

/// The tensors of a model file, as text.
func tensorTable(_ tensors: [TensorRow]) -> String {
    table([["tensor", "type", "shape", "bytes"]] + tensors.map(\.cells), rightAligned: [3])
}

/// How many tensors there are of each type: `211 q4_0, 61 f32`.
func typeSummary(_ tensors: [TensorRow]) -> String {
    let counts = Dictionary(grouping: tensors, by: \.type).mapValues(\.count)
    return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($0.value) \($0.key)" }
        .joined(separator: ", ")
}
