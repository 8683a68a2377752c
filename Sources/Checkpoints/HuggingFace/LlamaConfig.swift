import Tensors

/// What `config.json` says of a llama model.
struct LlamaConfig {
    let layers: Int
    let context: Int
    let hidden: Int
    let intermediate: Int
    let heads: Int
    let keyValueHeads: Int
    /// Stated in the file, or hidden / heads.
    let headSize: Int
    let statesHeadSize: Bool
    let vocabulary: Int
    let ropeBase: Double
    let epsilon: Double
    let tiesEmbeddings: Bool

    init(_ document: SourceDocument) throws(CheckpointError) {
        let architecture = document.json["architectures"]?.array?.first?.string ?? document.json["model_type"]?.string
        guard architecture == "LlamaForCausalLM" else {
            throw .architecture(architecture ?? "none", path: document.path, supported: ["LlamaForCausalLM"])
        }
        try document.require("hidden_act", in: [.string("silu")])
        try document.require("rope_scaling", in: [])
        try document.require("attention_bias", in: [.bool(false)])
        try document.require("mlp_bias", in: [.bool(false)])
        try document.require("quantization_config", in: [])
        layers = try document.count("num_hidden_layers")
        context = try document.count("max_position_embeddings")
        hidden = try document.count("hidden_size")
        intermediate = try document.count("intermediate_size")
        heads = try document.count("num_attention_heads")
        keyValueHeads = try document.count("num_key_value_heads", default: heads)
        statesHeadSize = document.json["head_dim"]?.integer != nil
        headSize = try document.count("head_dim", default: max(1, hidden / heads))
        vocabulary = try document.count("vocab_size")
        ropeBase = try document.number("rope_theta", default: 10_000)
        epsilon = try document.number("rms_norm_eps", default: nil)
        tiesEmbeddings = document.json["tie_word_embeddings"]?.bool ?? false
        guard layers <= 4096, heads <= 65_536, headSize <= 65_536, headSize.isMultiple(of: 2) else {
            throw .wrongValue(key: "head_dim", expected: "an even number of sane size", path: document.path)
        }
    }

    /// The keys, in the order of llama.cpp's converter; `parameters` is the number of weights.
    func write(to metadata: inout GGUFMetadata, name: String, parameters: Int) {
        metadata.set("general.architecture", to: .string("llama"))
        metadata.set("general.type", to: .string("model"))
        metadata.set("general.name", to: .string(name))
        metadata.set("general.size_label", to: .string(Self.sizeLabel(parameters)))
        metadata.set("llama.block_count", to: .u32(UInt32(layers)))
        metadata.set("llama.context_length", to: .u32(UInt32(context)))
        metadata.set("llama.embedding_length", to: .u32(UInt32(hidden)))
        metadata.set("llama.feed_forward_length", to: .u32(UInt32(intermediate)))
        metadata.set("llama.attention.head_count", to: .u32(UInt32(heads)))
        metadata.set("llama.attention.head_count_kv", to: .u32(UInt32(keyValueHeads)))
        metadata.set("llama.rope.freq_base", to: .f32(Float(ropeBase)))
        metadata.set("llama.attention.layer_norm_rms_epsilon", to: .f32(Float(epsilon)))
        if statesHeadSize {
            metadata.set("llama.attention.key_length", to: .u32(UInt32(headSize)))
            metadata.set("llama.attention.value_length", to: .u32(UInt32(headSize)))
        }
        metadata.set("general.file_type", to: .u32(0))
        metadata.set("llama.vocab_size", to: .u32(UInt32(vocabulary)))
        metadata.set("llama.rope.dimension_count", to: .u32(UInt32(headSize)))
    }

    /// `135M`, `3.4M`: at least two digits, as llama.cpp's converter rounds.
    static func sizeLabel(_ parameters: Int) -> String {
        let scales: [(Double, String)] = [(1e12, "T"), (1e9, "B"), (1e6, "M"), (1e3, "K")]
        let (scale, suffix) = scales.first { Double(parameters) > $0.0 } ?? (1e3, "K")
        let scaled = Double(parameters) / scale
        if scaled.rounded(.toNearestOrEven) >= 10 { return "\(Int(scaled.rounded(.toNearestOrEven)))\(suffix)" }
        let tenths = Int((scaled * 10).rounded(.toNearestOrEven))
        return "\(tenths / 10).\(tenths % 10)\(suffix)"
    }
}
