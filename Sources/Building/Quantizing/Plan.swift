import Checkpoints
import Tensors

/// What will be written, before a byte of it is: the GGUF's header and every tensor's type and place.
package struct Plan: Sendable {
    package struct Step: Sendable {
        package let source: SourceTensor
        package let target: TensorInfo
        /// To what the target's data is padded.
        let alignment: Int
    }

    /// Something the user should know, but no error.
    package enum Remark: Sendable, Equatable {
        /// The rows can't be divided into the wanted type's blocks.
        case fellBack(tensor: String, rowElements: Int, from: ElementType, to: ElementType)
        /// The source is quantized already: what was lost stays lost.
        case requantized(type: ElementType)
    }

    /// In the order of the file.
    package let steps: [Step]
    package let layout: GGUFLayout
    package let remarks: [Remark]

    /// Plans `checkpoint` by `recipe`; every rule must match some tensor.
    package init(_ checkpoint: Checkpoint, recipe: Recipe) throws {
        for rule in recipe.rules where !checkpoint.tensors.contains(where: { rule.pattern.matches($0.name) }) {
            throw BuildingError.unusedRule(pattern: rule.pattern.text)
        }
        var remarks: [Remark] = []
        for type in ElementType.allCases
        where type.blockElements > 1
            && checkpoint.tensors.contains(where: { $0.type == type && recipe.type(for: $0.name) != type })
        {
            remarks.append(.requantized(type: type))
        }
        let tensors = checkpoint.tensors.sorted(by: Self.precedes)
        var types: [ElementType] = []
        for tensor in tensors {
            let type = Self.type(for: tensor, wanted: recipe.type(for: tensor.name))
            types.append(type.chosen)
            if let from = type.fellBackFrom {
                remarks.append(
                    .fellBack(tensor: tensor.name, rowElements: tensor.rowElements, from: from, to: type.chosen))
            }
        }
        layout = try GGUFLayout(
            metadata: Self.metadata(of: checkpoint, recipe: recipe),
            tensors: zip(tensors, types).map { ($0.name, $0.shape, $1) })
        let alignment = layout.alignment
        steps = zip(tensors, layout.tensors).map { Step(source: $0, target: $1, alignment: alignment) }
        self.remarks = remarks
    }

    /// As llama.cpp: vectors stay F32, and rows that blocks of 32 don't divide become F16.
    private static func type(
        for tensor: SourceTensor, wanted: ElementType
    ) -> (chosen: ElementType, fellBackFrom: ElementType?) {
        if tensor.rows == 1 { return (.f32, nil) }
        if tensor.rowElements.isMultiple(of: wanted.blockElements) { return (wanted, nil) }
        return (.f16, wanted)
    }

    /// As llama-quantize sets them: both keys anew, at the end.
    private static func metadata(of checkpoint: Checkpoint, recipe: Recipe) -> GGUFMetadata {
        var metadata = checkpoint.metadata
        metadata.remove("general.quantization_version")
        metadata.remove("general.file_type")
        metadata.set("general.quantization_version", to: .u32(2))
        metadata.set("general.file_type", to: .u32(recipe.type.fileType))
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

extension ElementType {
    /// `general.file_type` of a file whose matrices mostly have this type.
    var fileType: UInt32 {
        switch self {
        case .f16: 1
        case .q4_0: 2
        case .q4_1: 3
        case .q8_0: 7
        case .q5_0: 8
        case .q5_1: 9
        case .q2_k: 10
        case .q3_k: 12
        case .q4_k: 15
        case .q5_k: 17
        case .q6_k: 18
        case .iq4_nl: 25
        case .bf16: 32
        case .f32, .f64, .i8, .i16, .i32, .i64: 0
        }
    }
}
