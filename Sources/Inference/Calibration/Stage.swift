/// A place in a transformer where one set of activations enters one or more matrices.
package struct Stage: Sendable, Equatable {
    enum Step: Sendable, CaseIterable {
        case attention, attentionOutput, feedForward, feedForwardOutput
    }

    package let layer: Int
    let step: Step

    /// GGUF's names of the matrices.
    package var tensors: [String] {
        let names =
            switch step {
            case .attention: ["attn_q", "attn_k", "attn_v"]
            case .attentionOutput: ["attn_output"]
            case .feedForward: ["ffn_gate", "ffn_up"]
            case .feedForwardOutput: ["ffn_down"]
            }
        return names.map { "blk.\(layer).\($0).weight" }
    }

    /// All stages of a model with `layers` layers, in the order in which it computes them.
    static func all(layers: Int) -> [Stage] {
        (0..<layers).flatMap { layer in Step.allCases.map { Stage(layer: layer, step: $0) } }
    }

    /// Where the stage keeps its matrices.
    var places: [WritableKeyPath<ModelWeights.Layer, Matrix>] {
        switch step {
        case .attention: [\.query, \.key, \.value]
        case .attentionOutput: [\.attentionOutput]
        case .feedForward: [\.gate, \.up]
        case .feedForwardOutput: [\.down]
        }
    }
}
