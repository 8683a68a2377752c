import Files
import Foundation
import Inference
import Tensors
import Testing

/// A transformer with random weights, small enough to be computed twice.
struct TinyTransformer: Sendable, CustomTestStringConvertible {
    static let embedding = 64
    static let heads = 4
    static let keyValueHeads = 2
    static let headSize = 24
    static let feedForward = 96
    static let vocabulary = 40
    static let epsilon: Float = 1e-5

    let architecture: String
    var layers = 2
    var window = 0
    /// By how much `rope.scaling.type = linear` squeezes positions.
    var squeeze: Float = 1
    /// `rope_freqs.weight`, where there is one.
    var rotaryFactors: [Float] = []
    var attentionCap: Float = 0
    var logitCap: Float = 0
    var tied = true

    /// One of each kind that the engine knows, and of each feature.
    static let all = [
        TinyTransformer(architecture: "llama", tied: false),
        TinyTransformer(architecture: "llama", squeeze: 4),
        TinyTransformer(architecture: "llama", rotaryFactors: (0..<12).map { 1 + Float($0 * $0) / 10 }),
        TinyTransformer(architecture: "qwen2", tied: false),
        TinyTransformer(architecture: "qwen3"),
        TinyTransformer(architecture: "gemma3"),
        TinyTransformer(architecture: "gemma3", layers: 7, window: 5, squeeze: 8),
        TinyTransformer(architecture: "gemma3", layers: 7, window: 12, attentionCap: 2, logitCap: 3),
    ]

    var testDescription: String {
        "\(architecture), window \(window), squeeze \(squeeze), \(rotaryFactors.count) factors, caps \(attentionCap) "
            + "and \(logitCap)"
    }

    var isGemma: Bool { architecture == "gemma3" }
    var base: Float { isGemma ? 1_000_000 : 20_000 }
    var localBase: Float { 10_000 }

    /// Names and shapes, innermost dimension first.
    var shapes: [(name: String, shape: [Int])] {
        let (width, hidden) = (Self.embedding, Self.feedForward)
        let (queries, keys) = (Self.heads * Self.headSize, Self.keyValueHeads * Self.headSize)
        var shapes: [(String, [Int])] = [
            ("token_embd.weight", [width, Self.vocabulary]), ("output_norm.weight", [width]),
        ]
        if !tied { shapes.append(("output.weight", [width, Self.vocabulary])) }
        if !rotaryFactors.isEmpty { shapes.append(("rope_freqs.weight", [rotaryFactors.count])) }
        for layer in 0..<layers {
            var block = [
                ("attn_norm.weight", [width]), ("attn_q.weight", [width, queries]), ("attn_k.weight", [width, keys]),
                ("attn_v.weight", [width, keys]), ("attn_output.weight", [queries, width]),
                ("ffn_norm.weight", [width]),
                ("ffn_gate.weight", [width, hidden]), ("ffn_up.weight", [width, hidden]),
                ("ffn_down.weight", [hidden, width]),
            ]
            if architecture == "qwen2" {
                block += [("attn_q.bias", [queries]), ("attn_k.bias", [keys]), ("attn_v.bias", [keys])]
            }
            if architecture == "qwen3" || isGemma {
                block += [("attn_q_norm.weight", [Self.headSize]), ("attn_k_norm.weight", [Self.headSize])]
            }
            if isGemma { block += [("post_attention_norm.weight", [width]), ("post_ffw_norm.weight", [width])] }
            shapes += block.map { ("blk.\(layer).\($0)", $1) }
        }
        return shapes
    }

    /// Every tensor's numbers, the same each time.
    func weights() -> [String: [Float]] {
        var random = Seeded(state: 1)
        var weights: [String: [Float]] = [:]
        for (name, shape) in shapes {
            let count = shape.reduce(1, *)
            let (middle, spread): (Float, Float) = name.contains("norm") ? (1, 0.5) : (0, shape.count == 1 ? 0.5 : 0.25)
            weights[name] = (0..<count).map { _ in middle + Float.random(in: -spread...spread, using: &random) }
        }
        if !rotaryFactors.isEmpty { weights["rope_freqs.weight"] = rotaryFactors }
        return weights
    }

    var metadata: GGUFMetadata {
        var metadata = GGUFMetadata()
        func set(_ key: String, _ value: GGUFValue) { metadata.set(architecture + "." + key, to: value) }
        metadata.set("general.architecture", to: .string(architecture))
        set("context_length", .u32(64))
        set("embedding_length", .u32(UInt32(Self.embedding)))
        set("block_count", .u32(UInt32(layers)))
        set("feed_forward_length", .u32(UInt32(Self.feedForward)))
        set("attention.head_count", .u32(UInt32(Self.heads)))
        set("attention.head_count_kv", .u32(UInt32(Self.keyValueHeads)))
        set("attention.key_length", .u32(UInt32(Self.headSize)))
        set("attention.value_length", .u32(UInt32(Self.headSize)))
        set("attention.layer_norm_rms_epsilon", .f32(Self.epsilon))
        set("rope.freq_base", .f32(base))
        if squeeze != 1 {
            set("rope.scaling.type", .string("linear"))
            set("rope.scaling.factor", .f32(squeeze))
        }
        if window > 0 { set("attention.sliding_window", .u32(UInt32(window))) }
        if attentionCap > 0 { set("attn_logit_softcapping", .f32(attentionCap)) }
        if logitCap > 0 { set("final_logit_softcapping", .f32(logitCap)) }
        metadata.set("tokenizer.ggml.model", to: .string("gpt2"))
        metadata.set("tokenizer.ggml.pre", to: .string("gpt-2"))
        metadata.set("tokenizer.ggml.tokens", to: .strings((0..<Self.vocabulary).map { "t\($0)" }))
        metadata.set("tokenizer.ggml.merges", to: .strings([]))
        return metadata
    }

    /// The model with its matrices as `type`; `change` may spoil keys and tensors before they are written.
    func model(
        _ type: ElementType = .f32,
        change: (inout GGUFMetadata, inout [(name: String, shape: [Int])]) -> Void = { _, _ in }
    ) throws -> LanguageModel {
        var (metadata, shapes) = (metadata, shapes)
        change(&metadata, &shapes)
        let layout = try GGUFLayout(
            metadata: metadata, tensors: shapes.map { ($0.name, $0.shape, $0.shape.count == 1 ? .f32 : type) })
        let weights = weights()
        var bytes = layout.header + [UInt8](repeating: 0, count: layout.size - layout.header.count)
        for tensor in layout.tensors {
            let floats = weights[tensor.name] ?? [Float](repeating: 1, count: tensor.elements)
            var span = bytes.mutableSpan
            var target = unsafe span.mutableBytes  // Bytes have no padding, nor have floats.
            let source = unsafe floats.span.bytes
            #expect(
                Codec.encode(source, as: tensor.type, into: &target, at: tensor.range.lowerBound) == floats.count)
        }
        let path = NSTemporaryDirectory() + "/modelpack-tiny-\(UInt64.random(in: 0 ... .max)).gguf"
        try FileSystem.replace(path, with: bytes)
        defer { try? FileSystem.remove(path) }
        return try LanguageModel(GGUFFile(path: path))
    }
}

/// Seeded random numbers (SplitMix64).
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}
