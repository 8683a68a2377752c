internal import CKernels
import Tensors

/// What `config.json` says of rotary positions, in its older form (`rope_theta`, `rope_scaling`) or its newer
/// (`rope_parameters`).
struct RotaryConfig: Equatable {
    /// The scaling of Llama 3: waves longer than the old context turn slower by `factor`, short ones stay.
    struct Llama3: Equatable {
        var factor: Double
        var low: Double
        var high: Double
        var context: Double
    }

    var base: Double
    /// The base of layers with a window.
    var localBase: Double?
    /// By how much positions are squeezed; nil: they aren't.
    var linear: Double?
    var llama3: Llama3?

    init(_ document: SourceDocument, defaultBase: Double) throws(CheckpointError) {
        let named = document.json["rope_parameters"] ?? document.json["rope_scaling"]
        let all = named.flatMap { $0.isNull ? nil : $0 }
        let scaling = all?["full_attention"] ?? all
        func number(_ key: String, default other: Double?) throws(CheckpointError) -> Double {
            guard let value = scaling?[key], !value.isNull else {
                guard let other else { throw .missing(key: "rope_scaling.\(key)", path: document.path) }
                return other
            }
            guard let number = value.number, number > 0 else {
                throw .wrongValue(key: "rope_scaling.\(key)", expected: "a number above 0", path: document.path)
            }
            return number
        }

        base = try number("rope_theta", default: document.number("rope_theta", default: defaultBase))
        guard base >= 1 else { throw .wrongValue(key: "rope_theta", expected: "1 or more", path: document.path) }
        if let local = all?["sliding_attention"]?["rope_theta"]?.number ?? document.json["rope_local_base_freq"]?.number
        {
            guard local >= 1 else {
                throw .wrongValue(key: "rope_local_base_freq", expected: "1 or more", path: document.path)
            }
            localBase = local
        }
        switch (scaling?["rope_type"] ?? scaling?["type"])?.string ?? "default" {
        case "default": break
        case "linear": linear = try number("factor", default: nil)
        case "llama3":
            llama3 = Llama3(
                factor: try number("factor", default: 8), low: try number("low_freq_factor", default: 1),
                high: try number("high_freq_factor", default: 4),
                context: try number("original_max_position_embeddings", default: 8192))
        case let other: throw .unsupported(feature: "rope_scaling", found: other, path: document.path)
        }
    }

    /// `rope_freqs.weight`: by how much each pair's rotation is slowed.
    func factors(headSize: Int) -> [Float]? {
        guard let llama3 else { return nil }
        let logarithm = ck_log_double(base)
        return stride(from: 0, to: headSize, by: 2).map { dimension in
            let wave = 2 * Double.pi * ck_exp_double(logarithm * Double(dimension) / Double(headSize))
            if wave < llama3.context / llama3.high { return 1 }
            if wave > llama3.context / llama3.low { return Float(llama3.factor) }
            let smooth = (llama3.context / wave - llama3.low) / (llama3.high - llama3.low)
            return Float(1 / ((1 - smooth) / llama3.factor + smooth))
        }
    }
}
