import Checkpoints
import Tensors

/// What will be written, before a byte of it is: the GGUF's header and every tensor's type and place.
package struct Plan: Sendable {
    package struct Step: Sendable {
        package let source: SourceTensor
        package let target: TensorInfo
        /// To what the target's data is padded.
        let alignment: Int
        /// Older rows that the target's stay near to, where there are any.
        var anchor: AnchorRows?
    }

    /// Something the user should know, but no error.
    package enum Remark: Sendable, Equatable {
        /// The rows of these tensors can't be divided into the wanted type's blocks.
        case fellBack(tensors: [String], rowElements: Int, from: ElementType, to: ElementType)
        /// The source is quantized already: what was lost stays lost.
        case requantized(type: ElementType)
    }

    /// In the order of the file.
    package private(set) var steps: [Step]
    package let layout: GGUFLayout
    package let remarks: [Remark]

    /// Plans `checkpoint` by `recipe`; every rule must match some tensor.
    package init(_ checkpoint: Checkpoint, recipe: Recipe) throws {
        for rule in recipe.rules where !checkpoint.tensors.contains(where: { rule.pattern.matches($0.name) }) {
            throw BuildingError.unusedRule(pattern: rule.pattern.text)
        }
        let tensors = checkpoint.tensors.sorted(by: Self.precedes)
        let wanted = try Self.types(for: tensors, of: checkpoint, recipe: recipe)
        let types = zip(tensors, wanted).map { $1.fitting(rowElements: $0.rowElements) }
        remarks = Self.remarks(on: tensors, wanted: wanted, given: types)
        layout = try GGUFLayout(
            metadata: Self.metadata(of: checkpoint, recipe: recipe),
            tensors: zip(tensors, types).map { ($0.name, $0.shape, $1) })
        let alignment = layout.alignment
        steps = zip(tensors, layout.tensors).map { Step(source: $0, target: $1, alignment: alignment) }
    }

    /// Lets quantized tensors stay near those of an older version that have the same form.
    mutating func keep(near anchor: Anchor) {
        for index in steps.indices { steps[index].anchor = anchor.rows(like: steps[index].target) }
    }

    /// What the recipe wants, before the rows' lengths are looked at.
    private static func types(
        for tensors: [SourceTensor], of checkpoint: Checkpoint, recipe: Recipe
    ) throws -> [ElementType] {
        var choice: MixChoice?
        if case .mix(let mix) = recipe.standard { choice = MixChoice(mix, for: try MixedModel(checkpoint)) }
        return tensors.map { tensor in
            if let kept = kept(tensor) { return kept }
            if let ruled = recipe.ruled(tensor.name) { return ruled }
            return choice?.type(for: tensor.name, rowElements: tensor.rowElements) ?? recipe.standard.mainType
        }
    }

    /// As llama-quantize: vectors are F32; routers, and matrices that are no weights, stay what they are.
    private static func kept(_ tensor: SourceTensor) -> ElementType? {
        if tensor.rows == 1 { return .f32 }
        let isWeight = tensor.name.hasSuffix("weight") && !tensor.name.contains("_norm.weight")
        return isWeight && !tensor.name.contains("ffn_gate_inp.weight") ? nil : tensor.type
    }

    private static func remarks(on tensors: [SourceTensor], wanted: [ElementType], given: [ElementType]) -> [Remark] {
        let converted = Set(zip(tensors, given).compactMap { $0.type == $1 && $0.isVerbatim ? nil : $0.type })
        let again = ElementType.allCases.filter { $0.blockElements > 1 && converted.contains($0) }
        var misfits: [Misfit] = [], names: [Misfit: [String]] = [:]
        for (tensor, (from, to)) in zip(tensors, zip(wanted, given)) where from != to {
            let misfit = Misfit(rowElements: tensor.rowElements, from: from, to: to)
            if names[misfit] == nil { misfits.append(misfit) }
            names[misfit, default: []].append(tensor.name)
        }
        return again.map { .requantized(type: $0) }
            + misfits.map {
                .fellBack(tensors: names[$0] ?? [], rowElements: $0.rowElements, from: $0.from, to: $0.to)
            }
    }

    private struct Misfit: Hashable {
        let rowElements: Int
        let from: ElementType
        let to: ElementType
    }

    /// As llama-quantize sets them: both keys anew, at the end.
    private static func metadata(of checkpoint: Checkpoint, recipe: Recipe) -> GGUFMetadata {
        var metadata = checkpoint.metadata
        metadata.remove("general.quantization_version")
        metadata.remove("general.file_type")
        metadata.set("general.quantization_version", to: .u32(2))
        metadata.set("general.file_type", to: .u32(recipe.standard.fileType))
        return metadata
    }

    /// llama-quantize's order: what stands outside the blocks, then blocks by number, within them by name.
    private static func precedes(_ left: SourceTensor, _ right: SourceTensor) -> Bool {
        let (leftBlock, rightBlock) = (block(left.name), block(right.name))
        if leftBlock != rightBlock { return leftBlock < rightBlock }
        return left.name.utf8.lexicographicallyPrecedes(right.name.utf8)
    }

    private static func block(_ name: String) -> Int {
        guard name.hasPrefix("blk.") else { return -1 }
        return Int(name.dropFirst(4).prefix { $0.isNumber }) ?? -1
    }
}
