internal import Tensors

/// The sizes of a llama transformer, read from GGUF keys.
package struct ModelShape: Sendable, Equatable {
    package var contextLength: Int
    package var embedding: Int
    package var layers: Int
    package var feedForward: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headSize: Int
    /// Leading dimensions of each head that are rotated.
    package var rotated: Int
    package var rotaryBase: Double
    package var epsilon: Float
    package var vocabulary: Int
}
