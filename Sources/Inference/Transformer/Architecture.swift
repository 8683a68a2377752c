/// What sets a transformer apart from the plain one of llama, as data.
package struct Architecture: Sendable, Equatable {
    /// GGUF's `general.architecture`.
    package let name: String
    /// Which elements of a head are turned together.
    var rotaryPairs = RotaryPairs.halves
    var activation = Activation.silu
    /// Whether queries, keys and values have biases.
    var addsBiases = false
    /// Whether each head of queries and keys is normed before it is rotated.
    var normsHeads = false
    /// Whether the outputs of attention and feed-forward are normed before they join the residual.
    var normsOutputs = false
    /// Whether the embedding is multiplied with the root of its length.
    var scalesEmbedding = false
    /// Whether some layers see a window only.
    var hasWindows = false
    /// Whether `rope_freqs.weight` may slow the rotation, pair by pair.
    var takesRotaryFactors = false

    enum RotaryPairs {
        /// 2i and 2i + 1
        case neighbours
        /// i and i + half of what is rotated
        case halves
    }

    enum Activation {
        /// x / (1 + exp(-x))
        case silu
        /// gelu, in its form with tanh
        case gelu
    }

    static let all = [
        Architecture(name: "llama", rotaryPairs: .neighbours, takesRotaryFactors: true),
        Architecture(name: "qwen2", addsBiases: true),
        Architecture(name: "qwen3", normsHeads: true),
        Architecture(
            name: "gemma3", activation: .gelu, normsHeads: true, normsOutputs: true, scalesEmbedding: true,
            hasWindows: true),
    ]
}
