/// A model's norms, biases and rotary factors as floats; nil where the architecture has none.
struct WidenedVectors {
    struct Layer {
        let attentionNorm: FloatBuffer
        let queryBias: FloatBuffer?
        let keyBias: FloatBuffer?
        let valueBias: FloatBuffer?
        let queryNorm: FloatBuffer?
        let keyNorm: FloatBuffer?
        let attentionOutputNorm: FloatBuffer?
        let feedForwardNorm: FloatBuffer
        let feedForwardOutputNorm: FloatBuffer?
    }

    let layers: [Layer]
    let outputNorm: FloatBuffer
    let rotaryFactors: FloatBuffer?

    init(_ weights: ModelWeights) throws(InferenceError) {
        func widened(_ matrix: Matrix?) throws(InferenceError) -> FloatBuffer? {
            try matrix?.widened()
        }
        layers = try weights.layers.map { layer throws(InferenceError) in
            Layer(
                attentionNorm: try layer.attentionNorm.widened(),
                queryBias: try widened(layer.queryBias), keyBias: try widened(layer.keyBias),
                valueBias: try widened(layer.valueBias), queryNorm: try widened(layer.queryNorm),
                keyNorm: try widened(layer.keyNorm), attentionOutputNorm: try widened(layer.attentionOutputNorm),
                feedForwardNorm: try layer.feedForwardNorm.widened(),
                feedForwardOutputNorm: try widened(layer.feedForwardOutputNorm))
        }
        outputNorm = try weights.outputNorm.widened()
        rotaryFactors = try widened(weights.rotaryFactors)
    }
}
