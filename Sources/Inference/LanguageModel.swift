// Whoever imports this room knows what its errors are.
@_exported import Failures
package import Tensors

/// A model ready to run: its sizes, its weights in the map, its tokenizer.
///
/// Immutable, so that several threads and sessions may share it; each call reads with threads of its own, and blocks
/// until it is done. The file must stay as it is: hold an `InstalledModel` of `Updating` as long as this one lives.
/// The same model, prompt and options give the same bits on every CPU and any number of threads (docs/determinism.md).
public final class LanguageModel: Sendable {
    package let file: GGUFFile
    package let shape: ModelShape
    /// Text to token ids and back.
    public let tokenizer: Tokenizer
    let weights: ModelWeights

    /// Reads keys and tensor tables; the weights stay in the map until they are used.
    package init(_ file: GGUFFile) throws {
        self.file = file
        shape = try ModelShape(file)
        weights = try ModelWeights(file, shape)
        tokenizer = try Tokenizer(gguf: file)
        guard tokenizer.count <= shape.vocabulary else {
            throw InferenceError.wrongShape(
                tensor: "token_embd.weight", expected: [shape.embedding, tokenizer.count],
                found: [shape.embedding, shape.vocabulary])
        }
    }

    /// Opens the GGUF file at `path`.
    ///
    /// Throws failures of the kinds `localFile`, `damaged`, and `notForThisDevice` for an architecture or a tokenizer that
    /// this engine doesn't know.
    public convenience init(path: String) throws { try self.init(GGUFFile(path: path)) }

    /// The architecture, as GGUF names it: `llama`, `gemma3`.
    public var architecture: String { shape.architecture.name }
    /// How many tokens prompt and answer may have together.
    public var contextLength: Int { shape.contextLength }
}

extension LanguageModel {
    /// The type of most weights, by elements, as GGUF names it.
    package var weightType: String {
        var elements: [ElementType: Int] = [:]
        for tensor in file.tensors { elements[tensor.type, default: 0] += tensor.elements }
        return elements.max { ($0.value, $0.key.rawValue) < ($1.value, $1.key.rawValue) }?.key.name ?? "none"
    }
}
