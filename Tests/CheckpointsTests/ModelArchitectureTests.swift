import Testing

@testable import Checkpoints
@testable import Tensors

@Suite("Directories of every architecture become GGUF keys and tensors")
struct ModelArchitectureTests {
    private static let hidden = "model.layers.0."

    private func checkpoint(_ change: (inout TinyModel) -> Void) throws -> Checkpoint {
        var model = try TinyModel()
        change(&model)
        try model.write()
        return try Checkpoint(path: model.folder)
    }

    private func numbers(_ name: String, in checkpoint: Checkpoint) throws -> [Float] {
        let tensor = try #require(checkpoint.tensors.first { $0.name == name })
        var floats = [Float](repeating: 0, count: tensor.rows * tensor.rowElements)
        var span = floats.mutableSpan
        Codec.decode(tensor.bytes(fromSourceRow: 0, count: tensor.rows), of: tensor.type, into: &span)
        return floats
    }

    private func qwen2(_ model: inout TinyModel) {
        model.config = model.config.replacing("LlamaForCausalLM", with: "Qwen2ForCausalLM")
        for (name, size) in [("q", 8), ("k", 4), ("v", 4)] {
            model.shapes.append((Self.hidden + "self_attn.\(name)_proj.bias", [size]))
        }
    }

    private func qwen3(_ model: inout TinyModel) {
        model.config = model.config.replacing("LlamaForCausalLM", with: "Qwen3ForCausalLM")
        for name in ["q", "k"] { model.shapes.append((Self.hidden + "self_attn.\(name)_norm.weight", [4])) }
    }

    private func gemma3(_ model: inout TinyModel) {
        qwen3(&model)
        model.config = model.config.replacing("Qwen3ForCausalLM", with: "Gemma3ForCausalLM")
            .replacing(
                #""hidden_act":"silu""#,
                with: """
                    "hidden_activation":"gelu_pytorch_tanh","query_pre_attn_scalar":4,"sliding_window":16,
                    "rope_local_base_freq":10000,"layer_types":["sliding_attention"],"final_logit_softcapping":30.0
                    """
            ).replacing(#""rope_scaling":null"#, with: #""rope_scaling":{"rope_type":"linear","factor":8.0}"#)
        model.shapes.append((Self.hidden + "pre_feedforward_layernorm.weight", [8]))
        model.shapes.append((Self.hidden + "post_feedforward_layernorm.weight", [8]))
    }

    @Test func qwen2HasBiasesAndHeadsInOrder() throws {
        let checkpoint = try checkpoint(qwen2)
        #expect(try checkpoint.string("general.architecture") == "qwen2")
        #expect(try checkpoint.unsigned("qwen2.attention.head_count") == 2)
        #expect(checkpoint.contains("qwen2.rope.dimension_count") == false)
        #expect(try numbers("blk.0.attn_k.bias", in: checkpoint) == [0, 1, 2, 3])
        #expect(checkpoint.tensors.allSatisfy { $0.rotaryHeads == nil })
    }

    @Test func qwen3HasNormsOfHeads() throws {
        let checkpoint = try checkpoint(qwen3)
        #expect(try checkpoint.unsigned("qwen3.attention.key_length") == 4)
        #expect(try numbers("blk.0.attn_q_norm.weight", in: checkpoint) == [0, 1, 2, 3])
        #expect(checkpoint.tensors.allSatisfy { $0.rotaryHeads == nil })
    }

    @Test func gemmaNormsAreDistancesFromOne() throws {
        let checkpoint = try checkpoint(gemma3)
        for name in ["attn_norm", "post_attention_norm", "ffn_norm", "post_ffw_norm"] {
            #expect(try numbers("blk.0.\(name).weight", in: checkpoint) == [1, 2, 3, 4, 5, 6, 7, 8])
        }
        #expect(try numbers("blk.0.attn_k_norm.weight", in: checkpoint) == [1, 2, 3, 4])
        #expect(try numbers("output_norm.weight", in: checkpoint).first == 1)
        #expect(try numbers("token_embd.weight", in: checkpoint).first == 0)
        #expect(try checkpoint.unsigned("gemma3.attention.sliding_window") == 16)
        #expect(try checkpoint.float("gemma3.rope.freq_base_swa") == 10_000)
        #expect(try checkpoint.float("gemma3.rope.scaling.factor") == 8)
        #expect(try checkpoint.float("gemma3.final_logit_softcapping") == 30)
    }

    /// Llama 3.1's own numbers: short waves stay, long ones turn eight times slower, those between are blended.
    @Test(arguments: ["rope_scaling", "rope_parameters"])
    func llama3ScalingBecomesFactors(key: String) throws {
        let checkpoint = try checkpoint { model in
            model.config = model.config.replacing(
                #""rope_scaling":null"#,
                with: """
                    "\(key)":{"rope_type":"llama3","factor":8.0,"low_freq_factor":1.0,"high_freq_factor":4.0,
                    "original_max_position_embeddings":1024}
                    """)
        }
        // Base 10000, two pairs: waves of 2π and 200π; 1024 / 4 < 628 < 1024.
        let smooth = (1024 / (200 * Double.pi) - 1) / 3
        let factors = try numbers("rope_freqs.weight", in: checkpoint)
        #expect(factors.count == 2 && factors.first == 1)
        #expect(abs(Double(factors[1]) - 1 / ((1 - smooth) / 8 + smooth)) < 1e-6)
        #expect(checkpoint.tensors.first?.name == "rope_freqs.weight")
        #expect(checkpoint.contains("llama.rope.scaling.type") == false)
    }

    @Test(arguments: [
        ("\"query_pre_attn_scalar\":4", "\"query_pre_attn_scalar\":5"), ("sliding_attention", "full_attention"),
        ("\"sliding_window\":16", "\"sliding_window\":0"), ("\"head_dim\":4", "\"x\":4"),
        ("\"final_logit_softcapping\"", "\"attn_logit_softcapping\""), ("\"linear\"", "\"llama3\""),
        ("\"linear\"", "\"yarn\""), ("\"factor\":8.0", "\"factor\":0"),
        ("\"layer_types\":[", "\"sliding_window_pattern\":5,\"layer_types\":["),
    ]) func anotherGemmaIsRefused(_ from: String, _ to: String) throws {
        #expect(throws: CheckpointError.self) {
            try checkpoint { model in
                gemma3(&model)
                #expect(model.config.contains(from))
                model.config = model.config.replacing(from, with: to)
            }
        }
    }
}
