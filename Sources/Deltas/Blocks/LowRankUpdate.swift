/// What a merged adapter did to a matrix: about the product of two thin ones.
///
/// Element (i, j) of the matrix moved by about Σ unit[k]·left[i, k]·right[k, j], in single precision, k ascending. Nothing
/// depends on its being right: codes are counted from where it says that they went.
struct LowRankUpdate: Sendable {
    static let ranks = 1...16

    /// By component; finite, at most 2^64 in magnitude, so that no sum overflows.
    let units: [Float]
    /// By row, then component.
    let left: [Int8]
    /// By component, then column.
    let right: [Int8]
    let columns: Int
    fileprivate let rightNumbers: [Float]

    static let greatestUnit: Float = 0x1p64

    init(units: [Float], left: [Int8], right: [Int8]) {
        precondition(Self.ranks.contains(units.count) && right.count.isMultiple(of: units.count))
        self.units = units
        self.left = left
        self.right = right
        columns = right.count / units.count
        rightNumbers = right.map(Float.init)
    }
}

/// How far the numbers of some rows went by their tensor's update.
struct RowMoves: ~Copyable {
    private let columns: Int
    private let moves: Buffer<Float>

    /// Without an update there are none.
    init(_ update: LowRankUpdate?, rows: Range<Int>) {
        columns = update?.columns ?? 0
        moves = Buffer(rows.count * columns)
        guard let update else { return }
        for (place, row) in rows.enumerated() { unsafe update.find(row, into: moves.start + place * columns) }
    }

    /// One for each number of the row `place`, counted from the first.
    subscript(place: Int) -> UnsafePointer<Float>? {
        columns == 0 ? nil : unsafe UnsafePointer(moves.start + place * columns)
    }
}

extension LowRankUpdate {
    /// `moves` has room for a row, whose numbers are a multiple of eight.
    fileprivate func find(_ row: Int, into moves: UnsafeMutablePointer<Float>) {
        unsafe rightNumbers.withUnsafeBytes { right in
            let target = UnsafeMutableRawPointer(moves)
            let factors = units.indices.map { units[$0] * Float(left[row * units.count + $0]) }
            for place in stride(from: 0, to: 4 * columns, by: 32) {
                var sum = SIMD8<Float>()
                for (component, factor) in factors.enumerated() {
                    // Eight columns are within the component's.
                    sum +=
                        unsafe factor
                        * right.loadUnaligned(fromByteOffset: 4 * component * columns + place, as: SIMD8<Float>.self)
                }
                unsafe target.storeBytes(of: sum, toByteOffset: place, as: SIMD8<Float>.self)
            }
        }
    }
}

extension LowRankUpdate {
    /// The rank, the units, and one frame with both matrices.
    func encode(into bytes: inout [UInt8]) {
        bytes.append(UInt8(units.count))
        for unit in units { bytes.append(littleEndian: unit.bitPattern) }
        bytes.append(section: Zstandard.compress((left + right).map { UInt8(bitPattern: $0) }))
    }
}

extension DeltaCursor {
    /// The update of a matrix with so many rows and columns.
    @_lifetime(self: copy self)
    mutating func update(_ tensor: BlockTensor) throws(DeltaError) -> LowRankUpdate {
        let start = offset
        let rank = Int(try integer(UInt8.self))
        guard LowRankUpdate.ranks.contains(rank) else { throw .malformed(.invalid(.update), offset: start) }
        let (rows, columns) = (tensor.rows, tensor.rowElements)
        guard rows + columns <= DeltaLimits.compressed / rank, BlockForm(tensor.type)?.isLadder == false else {
            throw .malformed(.invalid(.update), offset: start)
        }
        var units: [Float] = []
        for _ in 0..<rank {
            let unit = Float(bitPattern: try integer(UInt32.self))
            guard abs(unit) <= LowRankUpdate.greatestUnit else {
                throw .malformed(.invalid(.update), offset: offset - 4)
            }
            units.append(unit)
        }
        let frame = try section(.update, limit: DeltaLimits.compressed)
        guard let numbers = Zstandard.decompress(bytes.extracting(frame), count: (rows + columns) * rank) else {
            throw .malformed(.compression(.update), offset: frame.lowerBound)
        }
        let parts = numbers.map { Int8(bitPattern: $0) }
        return LowRankUpdate(units: units, left: Array(parts[..<(rows * rank)]), right: Array(parts[(rows * rank)...]))
    }
}
