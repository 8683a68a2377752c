import Tensors

/// A part of the new file, and what in the old one it is told by.
enum DeltaStep {
    case copy(base: Range<Int>)
    /// Bytes, and those of the base where alike ones may be.
    case text(target: Range<Int>, prefix: Range<Int>)
    case planes(width: Int, base: Range<Int>, target: Range<Int>)
    case blocks(BlockTensor, target: Range<Int>)

    /// The steps for all of `target`, in order.
    static func steps(from base: GGUFFile, to target: GGUFFile) -> [DeltaStep] {
        var planner = StepPlanner(base: base, target: target)
        var end = 0
        var baseEnd = 0
        for tensor in target.tensors {
            planner.addBytes(end..<tensor.range.lowerBound, like: baseEnd)
            let old = base.gguf.tensor(ifPresent: tensor.name)
            planner.add(tensor, like: old)
            end = tensor.range.upperBound
            baseEnd = old?.range.upperBound ?? baseEnd
        }
        planner.addBytes(end..<target.range.count, like: baseEnd)
        return planner.steps
    }
}

/// Steps being put together; neighbouring copies become one.
private struct StepPlanner {
    private let base: GGUFFile
    private let target: GGUFFile
    private(set) var steps: [DeltaStep] = []

    init(base: GGUFFile, target: GGUFFile) {
        self.base = base
        self.target = target
    }

    /// Adds bytes that aren't a tensor's: a copy of those at `place` in the base if they are equal.
    mutating func addBytes(_ range: Range<Int>, like place: Int) {
        if range.isEmpty { return }
        let old = place..<min(place + range.count, base.range.count)
        if old.count == range.count, isSame(old, range) { return addCopy(old) }
        // Small windows, so that what changes its place a little is still found.
        for part in range.parts(of: DeltaLimits.output) {
            let start = max(0, place + part.lowerBound - range.lowerBound - DeltaLimits.output)
            let end = min(base.range.count, start + 3 * DeltaLimits.output)
            steps.append(.text(target: part, prefix: min(start, end)..<end))
        }
    }

    mutating func add(_ tensor: TensorInfo, like old: TensorInfo?) {
        guard let old, old.type == tensor.type, old.shape == tensor.shape else {
            for part in tensor.range.parts(of: DeltaLimits.output) { steps.append(.text(target: part, prefix: 0..<0)) }
            return
        }
        if isSame(old.range, tensor.range) { return addCopy(old.range) }
        if tensor.type.blockElements > 1, tensor.rowBytes <= DeltaLimits.row {
            let piece = max(1, (DeltaLimits.output / 4) / tensor.rowBytes)
            let blocks = BlockTensor(
                type: tensor.type, rows: tensor.rows, rowElements: tensor.rowElements, rowBytes: tensor.rowBytes,
                pieceRows: min(piece, tensor.rows), base: old.range)
            steps.append(.blocks(blocks, target: tensor.range))
            return
        }
        let width = tensor.type.blockElements > 1 ? 1 : tensor.type.blockBytes
        for part in tensor.range.parts(of: DeltaLimits.output) {
            let start = old.range.lowerBound + part.lowerBound - tensor.range.lowerBound
            steps.append(.planes(width: width, base: start..<start + part.count, target: part))
        }
    }

    private mutating func addCopy(_ range: Range<Int>) {
        if case .copy(let before)? = steps.last, before.upperBound == range.lowerBound {
            steps[steps.count - 1] = .copy(base: before.lowerBound..<range.upperBound)
        } else {
            steps.append(.copy(base: range))
        }
    }

    private func isSame(_ old: Range<Int>, _ new: Range<Int>) -> Bool {
        let (before, after) = (ModelBytes(base), ModelBytes(target))
        for part in (0..<old.count).parts(of: DeltaLimits.output) {
            let left = old.lowerBound + part.lowerBound..<old.lowerBound + part.upperBound
            let right = new.lowerBound + part.lowerBound..<new.lowerBound + part.upperBound
            defer {
                before.release(left)
                after.release(right)
            }
            if !before.bytes(left).isEqual(to: after.bytes(right)) { return false }
        }
        return true
    }
}

extension ModelBytes {
    package init(_ model: GGUFFile) { self.init(file: model.file, range: model.range) }
}

extension Range<Int> {
    /// The range in parts of `size`, the last one perhaps smaller.
    func parts(of size: Int) -> [Range<Int>] {
        stride(from: lowerBound, to: upperBound, by: size).map { $0..<Swift.min($0 + size, upperBound) }
    }
}
