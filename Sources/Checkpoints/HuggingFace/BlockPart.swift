/// A tensor of each block, by its names after the block's own and its shape.
struct BlockPart {
    /// A length that `config.json` states, or that follows from it.
    enum Length {
        case hidden, intermediate, queries, keys, head
    }

    let source: String
    let name: String
    /// Rows first, as safetensors has it.
    let shape: [Length]
}

extension ModelArchitecture {
    /// Every tensor of a block.
    var parts: [BlockPart] {
        var parts = [
            BlockPart(source: "input_layernorm.weight", name: "attn_norm.weight", shape: [.hidden]),
            BlockPart(source: "mlp.down_proj.weight", name: "ffn_down.weight", shape: [.hidden, .intermediate]),
            BlockPart(source: "mlp.gate_proj.weight", name: "ffn_gate.weight", shape: [.intermediate, .hidden]),
            BlockPart(source: "mlp.up_proj.weight", name: "ffn_up.weight", shape: [.intermediate, .hidden]),
            BlockPart(source: "self_attn.k_proj.weight", name: "attn_k.weight", shape: [.keys, .hidden]),
            BlockPart(source: "self_attn.o_proj.weight", name: "attn_output.weight", shape: [.hidden, .queries]),
            BlockPart(source: "self_attn.q_proj.weight", name: "attn_q.weight", shape: [.queries, .hidden]),
            BlockPart(source: "self_attn.v_proj.weight", name: "attn_v.weight", shape: [.keys, .hidden]),
        ]
        if isGemma {
            parts += [
                BlockPart(
                    source: "post_attention_layernorm.weight", name: "post_attention_norm.weight", shape: [.hidden]),
                BlockPart(
                    source: "post_feedforward_layernorm.weight", name: "post_ffw_norm.weight", shape: [.hidden]),
                BlockPart(source: "pre_feedforward_layernorm.weight", name: "ffn_norm.weight", shape: [.hidden]),
            ]
        } else {
            parts.append(
                BlockPart(source: "post_attention_layernorm.weight", name: "ffn_norm.weight", shape: [.hidden]))
        }
        if normsHeads {
            parts += [
                BlockPart(source: "self_attn.k_norm.weight", name: "attn_k_norm.weight", shape: [.head]),
                BlockPart(source: "self_attn.q_norm.weight", name: "attn_q_norm.weight", shape: [.head]),
            ]
        }
        if addsBiases {
            parts += [
                BlockPart(source: "self_attn.k_proj.bias", name: "attn_k.bias", shape: [.keys]),
                BlockPart(source: "self_attn.q_proj.bias", name: "attn_q.bias", shape: [.queries]),
                BlockPart(source: "self_attn.v_proj.bias", name: "attn_v.bias", shape: [.keys]),
            ]
        }
        return parts
    }

    /// What stands outside the blocks, Hugging Face's name to GGUF's.
    static let outerNames = [
        "model.embed_tokens.weight": "token_embd.weight", "model.norm.weight": "output_norm.weight",
        "lm_head.weight": "output.weight",
    ]

    /// GGUF's name of a tensor that Hugging Face calls `source`; nil where the architecture has none.
    func ggufName(of source: String) -> String? {
        if let name = Self.outerNames[source] { return name }
        let prefix = "model.layers."
        guard source.hasPrefix(prefix), let dot = source.dropFirst(prefix.count).firstIndex(of: ".") else { return nil }
        let block = source[..<dot].dropFirst(prefix.count), rest = source[dot...].dropFirst()
        guard let number = Int(block), String(number) == block else { return nil }
        return parts.first { $0.source == rest }.map { "blk.\(number).\($0.name)" }
    }

    /// Into how many heads the rows of a GGUF tensor fall whose halves are interleaved; nil where rows are in order.
    func rotaryHeads(ofGGUF name: String, heads: Int, keyValueHeads: Int) -> Int? {
        guard interleavesHeads else { return nil }
        if name.hasSuffix(".attn_q.weight") { return heads }
        return name.hasSuffix(".attn_k.weight") ? keyValueHeads : nil
    }

    /// Whether GGUF has a tensor's numbers greater by 1.
    func shifts(gguf name: String) -> Bool { isGemma && name.hasSuffix("norm.weight") }
}
