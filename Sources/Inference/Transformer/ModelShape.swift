/// The sizes of a transformer and what its layers do, read from GGUF keys.
package struct ModelShape: Sendable, Equatable {
    package let architecture: Architecture
    package var contextLength: Int
    package var embedding: Int
    package var feedForward: Int
    package var heads: Int
    package var keyValueHeads: Int
    package var headSize: Int
    /// Leading dimensions of each head that are rotated.
    package var rotated: Int
    package var epsilon: Float
    package var vocabulary: Int
    /// What the embedding is multiplied with.
    var embeddingScale: Float
    /// What the products of queries and keys are multiplied with.
    var attentionScale: Float
    /// Scores become tanh(score / cap) · cap; 0: they stay.
    var attentionCap: Float
    /// Logits become tanh(logit / cap) · cap; 0: they stay.
    var logitCap: Float
    /// The different rotations of the layers.
    var rotaries: [Rotary]
    package var layers: [Layer]

    package struct Layer: Sendable, Equatable {
        /// Positions that a query sees, its own included; 0: all.
        var window: Int
        /// Which of `rotaries`.
        var rotary: Int
    }

    /// Pair i of a head turns by position · scale · base^(−2i / rotated).
    struct Rotary: Sendable, Equatable {
        var base: Double
        var scale: Double
    }

    /// What keys and values of a full context take, in bytes: 32-bit floats.
    package var cacheBytes: Int { layers.count * 2 * keyValueHeads * headSize * contextLength * 4 }
}
