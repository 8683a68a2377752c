import Files
import Tensors

/// A tensor that a model must have.
struct ExpectedTensor {
    let source: String
    let name: String
    /// Rows first, as safetensors has it.
    let shape: [Int]
    var rotaryHeads: Int?
    /// Whether GGUF has its numbers greater by 1.
    var isShifted = false
}

extension ModelConfig {
    /// Every tensor, in the order of the model, by its name in the folder and in GGUF.
    var expectedTensors: [ExpectedTensor] {
        var expected = [
            ExpectedTensor(
                source: "model.embed_tokens.weight", name: "token_embd.weight", shape: [vocabulary, hidden])
        ]
        for layer in 0..<layers { expected += block(layer) }
        expected.append(
            ExpectedTensor(
                source: "model.norm.weight", name: "output_norm.weight", shape: [hidden],
                isShifted: architecture.isGemma))
        if !tiesEmbeddings {
            expected.append(
                ExpectedTensor(source: "lm_head.weight", name: "output.weight", shape: [vocabulary, hidden]))
        }
        return expected
    }

    private func block(_ layer: Int) -> [ExpectedTensor] {
        let queries = heads * headSize
        let keys = keyValueHeads * headSize
        var parts: [(source: String, name: String, shape: [Int])] = [
            ("input_layernorm.weight", "attn_norm.weight", [hidden]),
            ("mlp.down_proj.weight", "ffn_down.weight", [hidden, intermediate]),
            ("mlp.gate_proj.weight", "ffn_gate.weight", [intermediate, hidden]),
            ("mlp.up_proj.weight", "ffn_up.weight", [intermediate, hidden]),
            ("self_attn.k_proj.weight", "attn_k.weight", [keys, hidden]),
            ("self_attn.o_proj.weight", "attn_output.weight", [hidden, queries]),
            ("self_attn.q_proj.weight", "attn_q.weight", [queries, hidden]),
            ("self_attn.v_proj.weight", "attn_v.weight", [keys, hidden]),
        ]
        if architecture.isGemma {
            parts += [
                ("post_attention_layernorm.weight", "post_attention_norm.weight", [hidden]),
                ("post_feedforward_layernorm.weight", "post_ffw_norm.weight", [hidden]),
                ("pre_feedforward_layernorm.weight", "ffn_norm.weight", [hidden]),
            ]
        } else {
            parts.append(("post_attention_layernorm.weight", "ffn_norm.weight", [hidden]))
        }
        if architecture.normsHeads {
            parts += [
                ("self_attn.k_norm.weight", "attn_k_norm.weight", [headSize]),
                ("self_attn.q_norm.weight", "attn_q_norm.weight", [headSize]),
            ]
        }
        if architecture.addsBiases {
            parts += [
                ("self_attn.k_proj.bias", "attn_k.bias", [keys]), ("self_attn.q_proj.bias", "attn_q.bias", [queries]),
                ("self_attn.v_proj.bias", "attn_v.bias", [keys]),
            ]
        }
        let turned = architecture.interleavesHeads ? ["attn_q.weight": heads, "attn_k.weight": keyValueHeads] : [:]
        return parts.map { part in
            ExpectedTensor(
                source: "model.layers.\(layer).\(part.source)", name: "blk.\(layer).\(part.name)",
                shape: part.shape, rotaryHeads: turned[part.name],
                isShifted: architecture.isGemma && part.name.hasSuffix("norm.weight"))
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
        if let factors = rotary.factors(headSize: headSize) {
            tensors.append(SourceTensor(name: "rope_freqs.weight", numbers: factors))
        }
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
            let tensor = SourceTensor(
                name: expected.name, shape: expected.shape.reversed(), type: found.table.type, file: found.file,
                range: found.table.range, rotaryHeads: expected.rotaryHeads)
            tensors.append(expected.isShifted ? tensor.shifted(by: 1) : tensor)
        }
        if let other = left.values.map(\.table.name).filter({ !isRedundant($0) }).min() {
            throw .unexpectedTensor(other, path: folder)
        }
        return tensors
    }
}
