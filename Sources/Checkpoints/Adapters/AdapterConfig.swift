import JSONText
import Tensors

/// What PEFT's `adapter_config.json` says of a LoRA adapter.
struct AdapterConfig {
    private let rank: Int
    private let alpha: Double
    private let rankPattern: Overrides
    private let alphaPattern: Overrides
    private let stabilizesRank: Bool
    /// Whether products stand for the transposes of what is added.
    let isTransposed: Bool
    let modulesToSave: [String]

    init(_ document: SourceDocument) throws(CheckpointError) {
        guard document.json["peft_type"] == .string("LORA") else {
            throw .unsupported(
                feature: "peft_type", found: document.json["peft_type"]?.brief ?? "missing", path: document.path)
        }
        try document.require("bias", in: [.string("none")])
        for feature in Self.refused { try document.require(feature, in: [.bool(false), .array([])]) }
        rank = try document.count("r", default: 8)
        alpha = try document.number("lora_alpha", default: 8)
        rankPattern = try Overrides(document, "rank_pattern")
        alphaPattern = try Overrides(document, "alpha_pattern")
        stabilizesRank = try document.flag("use_rslora")
        isTransposed = try document.flag("fan_in_fan_out")
        var modules: [String] = []
        if let value = document.json["modules_to_save"], !value.isNull {
            for name in value.array ?? [.null] {
                guard let name = name.string else {
                    throw .wrongValue(key: "modules_to_save", expected: "a list of names", path: document.path)
                }
                modules.append(name)
            }
        }
        modulesToSave = modules
    }

    /// What changes more of a model than W + scale · B · A does.
    private static let refused = [
        "use_dora", "lora_bias", "layer_replication", "target_parameters", "trainable_token_indices",
        "alora_invocation_tokens", "use_qalora", "use_bdlora", "arrow_config", "kasa_config", "monteclora_config",
    ]

    /// The rank that the matrices of a module must have.
    func rank(of module: String) -> Int { rankPattern.value(for: module).map { Int($0) } ?? rank }

    /// What the product of a module's matrices is multiplied by.
    func scale(of module: String) -> Double {
        let alpha = alphaPattern.value(for: module) ?? alpha
        let rank = Double(rank(of: module))
        return alpha / (stabilizesRank ? rank.squareRoot() : rank)
    }

    /// Numbers for modules whose names match a regular expression, from their start or behind a dot to their end.
    private struct Overrides {
        private let entries: [(pattern: Regex<AnyRegexOutput>, value: Double)]

        init(_ document: SourceDocument, _ key: String) throws(CheckpointError) {
            var entries: [(Regex<AnyRegexOutput>, Double)] = []
            for member in document.json[key]?.object?.members ?? [] {
                guard let pattern = try? Regex("(.*\\.)?(\(member.name))").matchingSemantics(.unicodeScalar) else {
                    throw .wrongValue(key: key, expected: "regular expressions with numbers", path: document.path)
                }
                guard let value = member.value.number, key == "alpha_pattern" || Self.isRank(member.value) else {
                    throw .wrongValue(key: key, expected: "regular expressions with numbers", path: document.path)
                }
                entries.append((pattern, value))
            }
            self.entries = entries
        }

        private static func isRank(_ value: JSON) -> Bool {
            value.integer.map { $0 > 0 && $0 <= Int(Int32.max) } ?? false
        }

        /// The number of the first pattern that matches.
        func value(for module: String) -> Double? {
            entries.first { (try? $0.pattern.wholeMatch(in: module)) != nil }?.value
        }
    }
}

extension SourceDocument {
    /// `true` or `false`; false where the key is missing.
    func flag(_ key: String) throws(CheckpointError) -> Bool {
        guard let value = json[key], !value.isNull else { return false }
        guard let flag = value.bool else { throw .wrongValue(key: key, expected: "true or false", path: path) }
        return flag
    }
}
