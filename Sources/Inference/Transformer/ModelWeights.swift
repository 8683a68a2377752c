internal import CKernels
internal import Tensors

/// The weights of a transformer, in the map; what only some architectures have is nil in the others.
struct ModelWeights: Sendable {
    struct Layer: Sendable {
        let attentionNorm: Matrix
        let query: Matrix
        let key: Matrix
        let value: Matrix
        let queryBias: Matrix?
        let keyBias: Matrix?
        let valueBias: Matrix?
        let queryNorm: Matrix?
        let keyNorm: Matrix?
        let attentionOutput: Matrix
        let attentionOutputNorm: Matrix?
        let feedForwardNorm: Matrix
        let gate: Matrix
        let up: Matrix
        let down: Matrix
        let feedForwardOutputNorm: Matrix?
    }

    /// vocabulary × embedding
    let embedding: Matrix
    let layers: [Layer]
    let outputNorm: Matrix
    /// vocabulary × embedding; the embedding itself where they are tied.
    let output: Matrix
    /// What slows each pair's rotation.
    let rotaryFactors: Matrix?

    init(_ gguf: GGUFFile, _ shape: ModelShape) throws {
        var unused = Set(gguf.tensors.map(\.name))

        func matrix(_ name: String, rows: Int, columns: Int) throws -> Matrix {
            guard unused.remove(name) != nil || name == "token_embd.weight" else {
                throw InferenceError.missingTensor(name)
            }
            let tensor = try gguf.tensor(name)
            let expected = rows == 1 ? [columns] : [columns, rows]
            guard tensor.shape == expected else {
                throw InferenceError.wrongShape(tensor: name, expected: expected, found: tensor.shape)
            }
            guard ck_row_bytes(Int32(tensor.type.rawValue), Int32(columns)) == tensor.rowBytes else {
                throw InferenceError.unsupported("\(name): \(tensor.type.name)")
            }
            return Matrix(type: tensor.type, rows: rows, columns: columns, bytes: gguf.bytes(of: tensor))
        }

        func vector(_ name: String, _ count: Int, if isThere: Bool) throws -> Matrix? {
            isThere ? try matrix(name, rows: 1, columns: count) : nil
        }

        let (width, head, has) = (shape.embedding, shape.headSize, shape.architecture)
        let queries = shape.heads * shape.headSize
        let keys = shape.keyValueHeads * shape.headSize
        embedding = try matrix("token_embd.weight", rows: shape.vocabulary, columns: width)
        layers = try shape.layers.indices.map { layer in
            func named(_ name: String) -> String { "blk.\(layer).\(name).weight" }
            func bias(_ name: String) -> String { "blk.\(layer).\(name).bias" }
            return Layer(
                attentionNorm: try matrix(named("attn_norm"), rows: 1, columns: width),
                query: try matrix(named("attn_q"), rows: queries, columns: width),
                key: try matrix(named("attn_k"), rows: keys, columns: width),
                value: try matrix(named("attn_v"), rows: keys, columns: width),
                queryBias: try vector(bias("attn_q"), queries, if: has.addsBiases),
                keyBias: try vector(bias("attn_k"), keys, if: has.addsBiases),
                valueBias: try vector(bias("attn_v"), keys, if: has.addsBiases),
                queryNorm: try vector(named("attn_q_norm"), head, if: has.normsHeads),
                keyNorm: try vector(named("attn_k_norm"), head, if: has.normsHeads),
                attentionOutput: try matrix(named("attn_output"), rows: width, columns: queries),
                attentionOutputNorm: try vector(named("post_attention_norm"), width, if: has.normsOutputs),
                feedForwardNorm: try matrix(named("ffn_norm"), rows: 1, columns: width),
                gate: try matrix(named("ffn_gate"), rows: shape.feedForward, columns: width),
                up: try matrix(named("ffn_up"), rows: shape.feedForward, columns: width),
                down: try matrix(named("ffn_down"), rows: width, columns: shape.feedForward),
                feedForwardOutputNorm: try vector(named("post_ffw_norm"), width, if: has.normsOutputs))
        }
        outputNorm = try matrix("output_norm.weight", rows: 1, columns: width)
        output =
            unused.contains("output.weight")
            ? try matrix("output.weight", rows: shape.vocabulary, columns: width) : embedding
        let factors = "rope_freqs.weight"
        rotaryFactors = try vector(
            factors, shape.rotated / 2, if: has.takesRotaryFactors && unused.contains(factors))
        if let name = unused.min() { throw InferenceError.unsupported("tensor \(name)") }
    }
}
