internal import CKernels
internal import Tensors

/// The weights of a llama transformer: matrices in the map, norms as floats.
struct ModelWeights: Sendable {
    struct Layer: Sendable {
        let attentionNorm: Matrix
        let query: Matrix
        let key: Matrix
        let value: Matrix
        let attentionOutput: Matrix
        let feedForwardNorm: Matrix
        let gate: Matrix
        let up: Matrix
        let down: Matrix
    }

    /// vocabulary × embedding
    let embedding: Matrix
    let layers: [Layer]
    let outputNorm: Matrix
    /// vocabulary × embedding; the embedding itself where they are tied.
    let output: Matrix

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

        let width = shape.embedding
        let queries = shape.heads * shape.headSize
        let keys = shape.keyValueHeads * shape.headSize
        embedding = try matrix("token_embd.weight", rows: shape.vocabulary, columns: width)
        layers = try (0..<shape.layers).map { layer in
            func named(_ name: String) -> String { "blk.\(layer).\(name).weight" }
            return Layer(
                attentionNorm: try matrix(named("attn_norm"), rows: 1, columns: width),
                query: try matrix(named("attn_q"), rows: queries, columns: width),
                key: try matrix(named("attn_k"), rows: keys, columns: width),
                value: try matrix(named("attn_v"), rows: keys, columns: width),
                attentionOutput: try matrix(named("attn_output"), rows: width, columns: queries),
                feedForwardNorm: try matrix(named("ffn_norm"), rows: 1, columns: width),
                gate: try matrix(named("ffn_gate"), rows: shape.feedForward, columns: width),
                up: try matrix(named("ffn_up"), rows: shape.feedForward, columns: width),
                down: try matrix(named("ffn_down"), rows: width, columns: shape.feedForward))
        }
        outputNorm = try matrix("output_norm.weight", rows: 1, columns: width)
        output =
            unused.contains("output.weight")
            ? try matrix("output.weight", rows: shape.vocabulary, columns: width) : embedding
        if let name = unused.min() { throw InferenceError.unsupported("tensor \(name)") }
    }
}
