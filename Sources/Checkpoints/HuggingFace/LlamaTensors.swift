import Files
import Tensors

/// A tensor that a llama model must have.
struct ExpectedTensor {
    let source: String
    let name: String
    /// Rows first, as safetensors has it.
    let shape: [Int]
    var rotaryHeads: Int?
}

extension LlamaConfig {
    /// Every tensor, in the order of the model, by its name in the folder and in GGUF.
    var expectedTensors: [ExpectedTensor] {
        var expected = [
            ExpectedTensor(
                source: "model.embed_tokens.weight", name: "token_embd.weight", shape: [vocabulary, hidden])
        ]
        for layer in 0..<layers { expected += block(layer) }
        expected.append(ExpectedTensor(source: "model.norm.weight", name: "output_norm.weight", shape: [hidden]))
        if !tiesEmbeddings {
            expected.append(
                ExpectedTensor(source: "lm_head.weight", name: "output.weight", shape: [vocabulary, hidden]))
        }
        return expected
    }

    private func block(_ layer: Int) -> [ExpectedTensor] {
        let queries = heads * headSize
        let keys = keyValueHeads * headSize
        let parts: [(source: String, name: String, shape: [Int], rotaryHeads: Int?)] = [
            ("input_layernorm", "attn_norm", [hidden], nil),
            ("mlp.down_proj", "ffn_down", [hidden, intermediate], nil),
            ("mlp.gate_proj", "ffn_gate", [intermediate, hidden], nil),
            ("mlp.up_proj", "ffn_up", [intermediate, hidden], nil),
            ("post_attention_layernorm", "ffn_norm", [hidden], nil),
            ("self_attn.k_proj", "attn_k", [keys, hidden], keyValueHeads),
            ("self_attn.o_proj", "attn_output", [hidden, queries], nil),
            ("self_attn.q_proj", "attn_q", [queries, hidden], heads),
            ("self_attn.v_proj", "attn_v", [keys, hidden], nil),
        ]
        return parts.map { part in
            ExpectedTensor(
                source: "model.layers.\(layer).\(part.source).weight", name: "blk.\(layer).\(part.name).weight",
                shape: part.shape, rotaryHeads: part.rotaryHeads)
        }
    }

    /// Tensors that old checkpoints carry and nobody needs, and the output where the embedding stands in for it.
    func isRedundant(_ source: String) -> Bool {
        source.hasSuffix(".rotary_emb.inv_freq") || (tiesEmbeddings && source == "lm_head.weight")
    }

    /// Matches what must be there with what is there: nothing may miss, nothing be left over, and shapes must agree.
    func tensors(in weights: [HuggingFaceWeights.Tensor], folder: String) throws(CheckpointError) -> [SourceTensor] {
        var left = Dictionary(weights.map { ($0.table.name, $0) }, uniquingKeysWith: { first, _ in first })
        var tensors: [SourceTensor] = []
        for expected in expectedTensors {
            guard let found = left.removeValue(forKey: expected.source) else {
                throw .missingTensor(expected.source, path: folder)
            }
            guard found.table.shape == expected.shape else {
                throw .shape(
                    tensor: expected.source, expected: expected.shape, found: found.table.shape, path: found.file.path)
            }
            guard Codec.supports(found.table.type) else {
                throw .elementType(
                    found.table.type.name, tensor: expected.source, path: found.file.path,
                    supported: ["f32", "f16", "bf16"])
            }
            tensors.append(
                SourceTensor(
                    name: expected.name, shape: expected.shape.reversed(), type: found.table.type, file: found.file,
                    range: found.table.range, rotaryHeads: expected.rotaryHeads))
        }
        if let other = left.values.map(\.table.name).filter({ !isRedundant($0) }).min() {
            throw .unexpectedTensor(other, path: folder)
        }
        return tensors
    }
}
