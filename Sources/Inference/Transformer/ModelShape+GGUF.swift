internal import Tensors

extension ModelShape {
    /// Architectures that this engine computes.
    package static let knownArchitectures = ["llama"]

    /// Reads the sizes from a model's keys and refuses what the engine would compute wrongly.
    init(_ gguf: GGUFFile) throws {
        let architecture = try gguf.string("general.architecture")
        guard Self.knownArchitectures.contains(architecture) else {
            throw InferenceError.unknownArchitecture(architecture, known: Self.knownArchitectures)
        }
        func key(_ name: String) -> String { architecture + "." + name }
        /// A size that must be there, and within reason.
        func size(_ name: String, limit: Int = 1 << 20) throws -> Int {
            let value = try gguf.unsigned(key(name))
            guard (1...limit).contains(value) else { throw InferenceError.badKey(key(name)) }
            return value
        }

        contextLength = try size("context_length", limit: 1 << 24)
        embedding = try size("embedding_length")
        layers = try size("block_count", limit: 1024)
        feedForward = try size("feed_forward_length")
        heads = try size("attention.head_count", limit: 1024)
        keyValueHeads = try gguf.unsigned(ifPresent: key("attention.head_count_kv")) ?? heads
        guard keyValueHeads > 0, heads.isMultiple(of: keyValueHeads) else {
            throw InferenceError.badKey(key("attention.head_count_kv"))
        }
        headSize = try gguf.unsigned(ifPresent: key("attention.key_length")) ?? embedding / heads
        guard (1...1024).contains(headSize) else { throw InferenceError.badKey(key("attention.key_length")) }
        guard try gguf.unsigned(ifPresent: key("attention.value_length")) ?? headSize == headSize else {
            throw InferenceError.unsupported(key("attention.value_length"))
        }
        rotated = try gguf.unsigned(ifPresent: key("rope.dimension_count")) ?? headSize
        guard rotated <= headSize, rotated.isMultiple(of: 2) else {
            throw InferenceError.badKey(key("rope.dimension_count"))
        }
        rotaryBase = Double(try gguf.float(ifPresent: key("rope.freq_base")) ?? 10_000)
        guard rotaryBase >= 1, rotaryBase.isFinite else { throw InferenceError.badKey(key("rope.freq_base")) }
        epsilon = try gguf.float(key("attention.layer_norm_rms_epsilon"))
        guard epsilon >= 0, epsilon < 1 else { throw InferenceError.badKey(key("attention.layer_norm_rms_epsilon")) }
        if let scaling = try gguf.string(ifPresent: key("rope.scaling.type")), scaling != "none" {
            throw InferenceError.unsupported("\(key("rope.scaling.type")) = \(scaling)")
        }
        for name in ["expert_count", "attention.sliding_window"] where try gguf.unsigned(ifPresent: key(name)) ?? 0 > 0
        {
            throw InferenceError.unsupported(key(name))
        }
        vocabulary = try gguf.tensor("token_embd.weight").rows
    }
}
