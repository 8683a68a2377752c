import Checkpoints
import Tensors

/// A mix applied to one model, tensor by tensor in the order of the file, as llama_tensor_get_type does it.
struct MixChoice {
    private let mix: Mix
    private let model: MixedModel
    /// How many of each kind the mix has decided on so far.
    private var values = 0
    private var downs = 0

    init(_ mix: Mix, for model: MixedModel) {
        self.mix = mix
        self.model = model
    }

    /// The type for the next tensor; which block it is in is counted, not read from its name.
    mutating func type(for name: String, rowElements: Int) -> ElementType {
        if name == "output.weight" || model.isTied && name == "token_embd.weight" {
            return rowElements.isMultiple(of: mix.mainType.blockElements) ? .q6_k : .q8_0
        }
        if name.contains("attn_v.weight") {
            defer { values += 1 }
            return valueType(values)
        }
        if name.contains("attn_output.weight") {
            return outputType
        }
        if name.contains("ffn_down") {
            defer { downs += 1 }
            return downType(downs)
        }
        return mix.mainType
    }

    private func valueType(_ index: Int) -> ElementType {
        let type: ElementType? =
            switch mix {
            case .mostly_q2_k: model.headsPerValue >= 4 ? .q4_k : .q3_k
            case .q3_k_m: index < 2 ? .q5_k : .q4_k
            case .q3_k_l: .q5_k
            case .mostly_iq4_nl: model.headsPerValue >= 4 ? .q5_k : nil
            case .q4_k_s: index < 4 ? .q5_k : nil
            case .q4_k_m, .q5_k_m: Self.deservesMore(index, of: model.valueTensors) ? .q6_k : nil
            case .mostly_q4_0, .mostly_q4_1, .mostly_q5_0, .mostly_q5_1, .q3_k_s, .q5_k_s: nil
            }
        let chosen = type ?? mix.mainType
        // Eight heads share a value there: its matrix is small, and worth more bits.
        return model.is70B && (chosen == .q3_k || chosen == .q4_k) ? .q5_k : chosen
    }

    private var outputType: ElementType {
        switch mix {
        case .mostly_q2_k: .q3_k
        case .q3_k_m: .q4_k
        case .q3_k_l: .q5_k
        default: mix.mainType
        }
    }

    private func downType(_ index: Int) -> ElementType {
        let isEarly = index < model.blocks / 8
        return switch mix {
        case .mostly_q2_k: .q3_k
        case .q3_k_m: index < model.blocks / 16 ? .q5_k : .q4_k
        case .q3_k_l: .q5_k
        case .q4_k_s, .mostly_iq4_nl: isEarly ? .q5_k : mix.mainType
        case .q4_k_m, .q5_k_m: Self.deservesMore(index, of: model.blocks) ? .q6_k : mix.mainType
        default: mix.mainType
        }
    }

    /// The first and the last eighth, and every third between.
    private static func deservesMore(_ index: Int, of count: Int) -> Bool {
        index < count / 8 || index >= 7 * count / 8 || (index - count / 8) % 3 == 2
    }
}

/// What a mix must know of a model.
struct MixedModel {
    /// Whether the embedding is the output's matrix too.
    let isTied: Bool
    let blocks: Int
    let valueTensors: Int
    /// Query heads that share a key and a value.
    let headsPerValue: Int
    let is70B: Bool

    init(_ checkpoint: Checkpoint) throws {
        let architecture = try checkpoint.string("general.architecture")
        isTied = !checkpoint.tensors.contains { $0.name == "output.weight" }
        blocks = try checkpoint.unsigned("\(architecture).block_count")
        valueTensors = checkpoint.tensors.count { $0.name.contains("attn_v.weight") }
        let heads = try checkpoint.unsigned("\(architecture).attention.head_count")
        let keyValueHeads = try checkpoint.unsigned(ifPresent: "\(architecture).attention.head_count_kv") ?? heads
        headsPerValue = keyValueHeads == 0 ? 0 : heads / keyValueHeads
        is70B = blocks == 80 && (architecture == "qwen2" || architecture == "llama" && heads != keyValueHeads)
    }
}
