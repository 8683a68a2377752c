/// Something that is otherwise than in the model compared with, and may be why answers are.
package struct Clue: Sendable, Equatable {
    package let other: Comparison.Other
    package let difference: Difference

    package init(_ difference: Difference, from other: Comparison.Other) {
        self.difference = difference
        self.other = other
    }

    package enum Difference: Sendable, Equatable {
        /// A GGUF key has another value, as text cut to a line; nil where it is missing.
        case key(String, found: String?, expected: String?)
        /// An array under a GGUF key is another from this index on.
        case element(key: String, index: Int, found: String?, expected: String?)
        case chatTemplate
        /// A prompt becomes other tokens, from this index on.
        case promptTokens(id: String, index: Int)
        case missingTensor(String)
        /// Another shape than the other's tensor has.
        case shape(tensor: String, found: [Int], expected: [Int])
        /// It holds what the other has under another name.
        case swapped(tensor: String, with: String)
        /// A few blocks alone are others; the first of them.
        case blocks(tensor: String, count: Int, first: Int)
        /// It is farther from the other's than any rounding to its type: the error's share of the values, root mean
        /// square.
        case far(tensor: String, error: Double)
        /// Its error is larger than rounding to its type makes it, or lies to one side: `error` and `plain` are shares of
        /// the values; `bias` and `outward` are the mean error, and the mean of it away from zero, by its root mean
        /// square.
        case coarse(tensor: String, error: Double, plain: Double, bias: Double, outward: Double)
    }
}
