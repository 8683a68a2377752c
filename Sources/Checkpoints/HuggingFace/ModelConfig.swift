import Tensors

/// What `config.json` says of a model.
struct ModelConfig {
    let architecture: ModelArchitecture
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
    let rotary: RotaryConfig
    let epsilon: Double
    let tiesEmbeddings: Bool
    let gemma: GemmaConfig?
    let float8: Float8Config?

    init(_ document: SourceDocument) throws(CheckpointError) {
        let name = document.json["architectures"]?.array?.first?.string ?? document.json["model_type"]?.string
        guard let architecture = ModelArchitecture.all.first(where: { $0.name == name }) else {
            throw .architecture(name ?? "none", path: document.path, supported: ModelArchitecture.all.map(\.name))
        }
        self.architecture = architecture
        try document.require(architecture.activation.key, in: [.string(architecture.activation.value)])
        if !architecture.addsBiases { try document.require("attention_bias", in: [.bool(false)]) }
        try document.require("mlp_bias", in: [.bool(false)])
        try document.require("use_sliding_window", in: [.bool(false)])
        float8 = try Float8Config(document)
        layers = try document.count("num_hidden_layers")
        context = try document.count("max_position_embeddings", default: architecture.isGemma ? 131_072 : nil)
        hidden = try document.count("hidden_size")
        intermediate = try document.count("intermediate_size")
        heads = try document.count("num_attention_heads")
        keyValueHeads = try document.count("num_key_value_heads", default: heads)
        // Where heads have norms, their size is the model's own choice: hidden / heads would be a guess.
        headSize = try document.count("head_dim", default: architecture.normsHeads ? nil : max(1, hidden / heads))
        statesHeadSize = document.json["head_dim"]?.integer != nil
        vocabulary = try document.count("vocab_size")
        epsilon = try document.number("rms_norm_eps", default: architecture.isGemma ? 1e-6 : nil)
        tiesEmbeddings = document.json["tie_word_embeddings"]?.bool ?? architecture.isGemma
        guard layers <= 4096, heads <= 65_536, headSize <= 65_536, headSize.isMultiple(of: 2) else {
            throw .wrongValue(key: "head_dim", expected: "an even number of sane size", path: document.path)
        }
        rotary = try RotaryConfig(document, defaultBase: architecture.isGemma ? 1_000_000 : 10_000)
        guard rotary.llama3 == nil || architecture.gguf == "llama" else {
            throw .unsupported(feature: "rope_scaling", found: "llama3", path: document.path)
        }
        gemma =
            architecture.isGemma
            ? try GemmaConfig(document, layers: layers, scaledSize: layers == 62 ? hidden / heads : headSize) : nil
    }

    /// The keys, in the order of llama.cpp's converter; `parameters` is the number of weights.
    func write(to metadata: inout GGUFMetadata, name: String, parameters: Int) {
        func set(_ key: String, _ value: GGUFValue) { metadata.set(architecture.gguf + "." + key, to: value) }
        metadata.set("general.architecture", to: .string(architecture.gguf))
        metadata.set("general.type", to: .string("model"))
        metadata.set("general.name", to: .string(name))
        metadata.set("general.size_label", to: .string(Self.sizeLabel(parameters)))
        set("block_count", .u32(UInt32(layers)))
        set("context_length", .u32(UInt32(context)))
        set("embedding_length", .u32(UInt32(hidden)))
        set("feed_forward_length", .u32(UInt32(intermediate)))
        set("attention.head_count", .u32(UInt32(heads)))
        set("attention.head_count_kv", .u32(UInt32(keyValueHeads)))
        if let factor = rotary.linear {
            set("rope.scaling.type", .string("linear"))
            set("rope.scaling.factor", .f32(Float(factor)))
        }
        set("rope.freq_base", .f32(Float(rotary.base)))
        if let base = rotary.localBase { set("rope.freq_base_swa", .f32(Float(base))) }
        set("attention.layer_norm_rms_epsilon", .f32(Float(epsilon)))
        if statesHeadSize {
            set("attention.key_length", .u32(UInt32(headSize)))
            set("attention.value_length", .u32(UInt32(headSize)))
        }
        metadata.set("general.file_type", to: .u32(0))
        if architecture.gguf == "llama" {
            set("vocab_size", .u32(UInt32(vocabulary)))
            set("rope.dimension_count", .u32(UInt32(headSize)))
        }
        if let cap = gemma?.logitCap { set("final_logit_softcapping", .f32(Float(cap))) }
        if let window = gemma?.window { set("attention.sliding_window", .u32(UInt32(window))) }
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
