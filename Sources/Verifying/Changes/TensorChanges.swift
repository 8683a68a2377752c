import Tensors

/// What became of a model's tensors.
package struct TensorChanges: Sendable, Equatable {
    package private(set) var same = 0
    /// In the new file's order; then those that are gone, in the old file's.
    package private(set) var changed: [TensorChange] = []

    package var isEmpty: Bool { changed.isEmpty }

    init(from old: GGUFFile, to new: GGUFFile) {
        var left = Dictionary(old.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        for tensor in new.tensors {
            guard let before = left.removeValue(forKey: tensor.name) else {
                changed.append(TensorChange(name: tensor.name, change: .added(tensor.type)))
                continue
            }
            if let change = Self.change(old, before, new, tensor) {
                changed.append(TensorChange(name: tensor.name, change: change))
            } else {
                same += 1
            }
        }
        for tensor in old.tensors where left[tensor.name] != nil {
            changed.append(TensorChange(name: tensor.name, change: .gone(tensor.type)))
        }
    }

    private static func change(
        _ old: GGUFFile, _ before: TensorInfo, _ new: GGUFFile, _ after: TensorInfo
    ) -> TensorChange.Change? {
        guard before.shape == after.shape else { return .shape(old: before.shape, new: after.shape) }
        guard before.type == after.type else { return .type(old: before.type, new: after.type) }
        let (size, total) = (after.type.blockBytes, after.range.count / after.type.blockBytes)
        let (theirs, mine) = (old.bytes(of: before), new.bytes(of: after))
        let blocks = (0..<total).count { block in
            let range = block * size..<(block + 1) * size
            return !mine.extracting(range).isEqual(to: theirs.extracting(range))
        }
        return blocks == 0 ? nil : .blocks(blocks, of: total)
    }
}

/// A tensor that isn't what it was.
package struct TensorChange: Sendable, Equatable {
    package let name: String
    package let change: Change

    package enum Change: Sendable, Equatable {
        case added(ElementType)
        case gone(ElementType)
        case shape(old: [Int], new: [Int])
        case type(old: ElementType, new: ElementType)
        /// So many of its blocks are others.
        case blocks(Int, of: Int)
    }
}
