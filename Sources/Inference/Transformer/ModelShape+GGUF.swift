internal import Tensors

extension ModelShape {
    /// Architectures that this engine computes.
    package static let knownArchitectures = Architecture.all.map(\.name)

    /// Reads the sizes from a model's keys and refuses what the engine would compute wrongly.
    init(_ gguf: GGUFFile) throws {
        let name = try gguf.string("general.architecture")
        guard let architecture = Architecture.all.first(where: { $0.name == name }) else {
            throw InferenceError.unknownArchitecture(name, known: Self.knownArchitectures)
        }
        self.architecture = architecture
        let keys = ArchitectureKeys(name: name, gguf: gguf)
        contextLength = try keys.size("context_length", limit: 1 << 24)
        embedding = try keys.size("embedding_length")
        feedForward = try keys.size("feed_forward_length")
        let layerCount = try keys.size("block_count", limit: 1024)
        heads = try keys.size("attention.head_count", limit: 1024)
        keyValueHeads = try keys.size("attention.head_count_kv", limit: 1024, default: heads)
        guard heads.isMultiple(of: keyValueHeads) else { throw keys.bad("attention.head_count_kv") }
        headSize = try keys.size("attention.key_length", limit: 1024, default: embedding / heads)
        guard try keys.size("attention.value_length", default: headSize) == headSize else {
            throw InferenceError.unsupported(keys.full("attention.value_length"))
        }
        rotated = try keys.size("rope.dimension_count", default: headSize)
        guard rotated <= headSize, rotated.isMultiple(of: 2) else { throw keys.bad("rope.dimension_count") }
        epsilon = try keys.float("attention.layer_norm_rms_epsilon", default: nil)
        guard epsilon >= 0, epsilon < 1 else { throw keys.bad("attention.layer_norm_rms_epsilon") }
        vocabulary = try gguf.tensor("token_embd.weight").rows
        embeddingScale = architecture.scalesEmbedding ? Float(embedding).squareRoot() : 1
        attentionCap = try keys.cap("attn_logit_softcapping")
        logitCap = try keys.cap("final_logit_softcapping")
        // Gemma 3 with 27 billion weights scales by embedding / heads, which is more than its heads' size; as in
        // llama.cpp its number of layers gives it away.
        let scaled = name == "gemma3" && layerCount == 62 ? embedding / heads : headSize
        attentionScale = 1 / Float(scaled).squareRoot()

        rotaries = [Rotary(base: try keys.rotaryBase("rope.freq_base"), scale: try keys.rotaryScale())]
        layers = Array(repeating: Layer(window: 0, rotary: 0), count: layerCount)
        let window = try keys.unsigned("attention.sliding_window", default: 0)
        if window > 0 {
            guard architecture.hasWindows, window <= 1 << 24 else { throw keys.unsupported("attention.sliding_window") }
            // Every sixth layer sees all. Windows are short, so their rotation is never slowed.
            let pattern = try keys.size("attention.sliding_window_pattern", default: 6)
            rotaries.append(Rotary(base: try keys.rotaryBase("rope.freq_base_swa"), scale: 1))
            for index in layers.indices where index % pattern < pattern - 1 {
                layers[index] = Layer(window: window, rotary: 1)
            }
        }
        guard try keys.unsigned("expert_count", default: 0) == 0 else { throw keys.unsupported("expert_count") }
    }
}

/// A model's keys below its architecture's name, with their limits.
private struct ArchitectureKeys {
    let name: String
    let gguf: GGUFFile

    func full(_ key: String) -> String { name + "." + key }
    func bad(_ key: String) -> InferenceError { .badKey(full(key)) }
    func unsupported(_ key: String) -> InferenceError { .unsupported(full(key)) }

    func unsigned(_ key: String, default other: Int) throws -> Int {
        try gguf.unsigned(ifPresent: full(key)) ?? other
    }

    /// A size within reason, from 1 on.
    func size(_ key: String, limit: Int = 1 << 20, default other: Int? = nil) throws -> Int {
        let value = try other.map { try unsigned(key, default: $0) } ?? gguf.unsigned(full(key))
        guard (1...limit).contains(value) else { throw bad(key) }
        return value
    }

    func float(_ key: String, default other: Float?) throws -> Float {
        try other.map { try gguf.float(ifPresent: full(key)) ?? $0 } ?? gguf.float(full(key))
    }

    /// A soft cap; 0 for none.
    func cap(_ key: String) throws -> Float {
        let value = try float(key, default: 0)
        guard value >= 0, value.isFinite else { throw bad(key) }
        return value
    }

    func rotaryBase(_ key: String) throws -> Double {
        let base = try float(key, default: 10_000)
        guard base >= 1, base.isFinite else { throw bad(key) }
        return Double(base)
    }

    /// 1, or the reciprocal of the factor by which positions are squeezed.
    func rotaryScale() throws -> Double {
        let unnamed = gguf.contains(full("rope.scaling.factor")) ? "linear" : "none"
        switch try gguf.string(ifPresent: full("rope.scaling.type")) ?? unnamed {
        case "none": return 1
        case "linear":
            let factor = try float("rope.scaling.factor", default: nil)
            guard factor >= 1, factor.isFinite else { throw bad("rope.scaling.factor") }
            return 1 / Double(factor)
        case let other: throw InferenceError.unsupported("\(full("rope.scaling.type")) = \(other)")
        }
    }
}
