import Tensors

/// A model's tensors beside another's of the same names.
struct TensorPairs {
    private let model: GGUFFile
    private let other: GGUFFile
    private let pairs: [(mine: TensorInfo, theirs: TensorInfo)]
    /// Tensors that only one has, or that have other shapes.
    private let odd: [Clue.Difference]

    init(_ model: GGUFFile, _ other: GGUFFile) {
        self.model = model
        self.other = other
        let mine = Dictionary(model.tensors.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        var pairs: [(TensorInfo, TensorInfo)] = []
        var odd: [Clue.Difference] = []
        for theirs in other.tensors {
            guard let tensor = mine[theirs.name] else {
                odd.append(.missingTensor(theirs.name))
                continue
            }
            if tensor.shape == theirs.shape {
                pairs.append((tensor, theirs))
            } else {
                odd.append(.shape(tensor: theirs.name, found: tensor.shape, expected: theirs.shape))
            }
        }
        self.pairs = pairs
        self.odd = odd
    }

    // MARK: Beside a baseline

    /// More blocks than these are a release, not a mistake.
    static let fewBlocks = 16

    /// Tensors that stand where another one stood, and those of which only a few blocks changed.
    func changes() -> [Clue.Difference] {
        odd
            + pairs.compactMap { mine, theirs in
                guard mine.type == theirs.type, let blocks = changedBlocks(mine, theirs), blocks.count > 0 else {
                    return nil
                }
                if blocks.count <= Self.fewBlocks {
                    return .blocks(tensor: mine.name, count: blocks.count, first: blocks.first)
                }
                let twin = other.tensors.first {
                    $0.name != mine.name && $0.type == mine.type && $0.shape == mine.shape
                        && changedBlocks(mine, $0)?.count == 0
                }
                return twin.map { .swapped(tensor: mine.name, with: $0.name) }
            }
    }

    /// How many blocks differ, and the first of them; counting stops where they are no longer few.
    private func changedBlocks(_ mine: TensorInfo, _ theirs: TensorInfo) -> (count: Int, first: Int)? {
        let size = mine.type.blockBytes
        guard mine.range.count == theirs.range.count, size > 0 else { return nil }
        let found = model.bytes(of: mine)
        let expected = other.bytes(of: theirs)
        var count = 0, first = 0
        for block in 0..<mine.range.count / size {
            let range = block * size..<(block + 1) * size
            if found.extracting(range).isEqual(to: expected.extracting(range)) { continue }
            if count == 0 { first = block }
            count += 1
            if count > Self.fewBlocks { break }
        }
        return (count, first)
    }

    // MARK: Beside what it was made from

    /// A mean error beyond this share of its root mean square is no rounding to the nearest.
    static let oneSided = 0.4

    /// What rounding did to each tensor, and what is no rounding.
    func errors(_ leeway: Leeway) throws -> ([TensorError], [Clue.Difference]) {
        var errors: [TensorError] = []
        var differences = odd
        let known = pairs.filter { Codec.supports($0.mine.type) && Codec.supports($0.theirs.type) }
        let losses = known.map { RoundingLoss(model, $0.mine, other, $0.theirs) }
        let worst = losses.map(\.plainShare).max() ?? 0
        for ((mine, _), error) in zip(known, losses) {
            errors.append(
                TensorError(name: mine.name, type: mine.type.name, error: error.share, bias: error.bias))
            if error.share > leeway.far {
                let twin = other.tensors.first {
                    $0.name != mine.name && $0.shape == mine.shape && Codec.supports($0.type)
                        && RoundingLoss(model, mine, other, $0, rows: 8).share < leeway.far / 2
                }
                differences.append(
                    twin.map { .swapped(tensor: mine.name, with: $0.name) }
                        ?? .far(tensor: mine.name, error: error.share))
            } else if error.plainShare > 0 && error.share > leeway.limit(plain: error.plainShare, worst: worst)
                || abs(error.bias) > Self.oneSided || abs(error.outward) > Self.oneSided
            {
                differences.append(
                    .coarse(
                        tensor: mine.name, error: error.share, plain: error.plainShare, bias: error.bias,
                        outward: error.outward))
            }
        }
        return (errors, differences)
    }
}

extension RawSpan {
    func isEqual(to other: RawSpan) -> Bool {
        guard byteCount == other.byteCount else { return false }
        for index in 0..<byteCount {
            // In bounds; every bit pattern is a byte.
            let same =
                unsafe unsafeLoad(fromByteOffset: index, as: UInt8.self)
                == other.unsafeLoad(fromByteOffset: index, as: UInt8.self)
            if !same { return false }
        }
        return true
    }
}
