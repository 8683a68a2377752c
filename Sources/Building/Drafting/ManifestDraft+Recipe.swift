import Checkpoints
import Tensors

extension ManifestDraft {
    private static let smallModel = 1_000_000_000

    /// A quantized model stays what it is, tensor by tensor: each change loses more. Small models feel what 4 bits lose.
    static func recipe(for checkpoint: Checkpoint, parameters: Int) throws -> (Recipe, Plan) {
        guard checkpoint.tensors.contains(where: { $0.type.blockElements > 1 }) else {
            let recipe = Recipe(parameters < smallModel ? .type(.q8_0) : .mix(.q4_k_m))
            return (recipe, try Plan(checkpoint, recipe: recipe))
        }
        for mix in Mix.allCases {
            let recipe = Recipe(.mix(mix))
            if let plan = try? Plan(checkpoint, recipe: recipe), plan.converted.isEmpty { return (recipe, plan) }
        }
        var bytes: [ElementType: Int] = [:]
        for tensor in checkpoint.tensors { bytes[tensor.type, default: 0] += tensor.rowBytes * tensor.rows }
        let most = bytes.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .q8_0
        let converted = try Plan(checkpoint, recipe: Recipe(type: most)).converted
        let recipe = Recipe(type: most, rules: rules(for: converted, among: checkpoint.tensors))
        return (recipe, try Plan(checkpoint, recipe: recipe))
    }

    /// Rules by which `tensors` keep their types: one for all blocks where they agree, else one each.
    private static func rules(for tensors: [SourceTensor], among all: [SourceTensor]) -> [Recipe.Rule] {
        var rules: [Recipe.Rule] = []
        for tensor in tensors {
            let parts = tensor.name.split(separator: ".", maxSplits: 2)
            let shared = Pattern(parts.count == 3 && parts[0] == "blk" ? "blk.*.\(parts[2])" : tensor.name)
            let agree = all.allSatisfy { $0.type == tensor.type || !shared.matches($0.name) }
            let rule = Recipe.Rule(pattern: agree ? shared : Pattern(tensor.name), type: tensor.type)
            if !rules.contains(rule) { rules.append(rule) }
        }
        return rules
    }
}

extension Plan {
    /// The matrices that are not copied as they are.
    fileprivate var converted: [SourceTensor] {
        steps.filter { $0.source.rows > 1 && $0.source.type != $0.target.type }.map(\.source)
    }
}
