package import Tensors

/// A model ready to run: its sizes, its weights in the map, its tokenizer and chat template.
///
/// Immutable, so that several sessions may share it; each reads with threads of its own.
package final class LanguageModel: Sendable {
    package let file: GGUFFile
    package let shape: ModelShape
    package let tokenizer: Tokenizer
    /// Nil where the model carries no template.
    package let template: ChatTemplate?
    let weights: ModelWeights

    /// Reads keys and tensor tables; the weights stay in the map until they are used.
    package init(_ file: GGUFFile) throws {
        self.file = file
        shape = try ModelShape(file)
        weights = try ModelWeights(file, shape)
        tokenizer = try Tokenizer(file)
        template = try file.string(ifPresent: "tokenizer.chat_template").map(ChatTemplate.init(parsing:))
    }
}
