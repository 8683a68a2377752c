package import Tensors

/// A model ready to run: its sizes, its weights in the map, its tokenizer.
///
/// Immutable, so that several sessions may share it; each reads with threads of its own.
package final class LanguageModel: Sendable {
    package let file: GGUFFile
    package let shape: ModelShape
    package let tokenizer: Tokenizer
    let weights: ModelWeights

    /// Reads keys and tensor tables; the weights stay in the map until they are used.
    package init(_ file: GGUFFile) throws {
        self.file = file
        shape = try ModelShape(file)
        weights = try ModelWeights(file, shape)
        tokenizer = try Tokenizer(gguf: file)
    }
}

extension LanguageModel {
    /// The type of most weights, by elements, as GGUF names it.
    package var weightType: String {
        var elements: [ElementType: Int] = [:]
        for tensor in file.tensors { elements[tensor.type, default: 0] += tensor.elements }
        return elements.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key.name ?? "none"
    }
}
