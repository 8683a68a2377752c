/// What a merged adapter did to a matrix: about the product of two thin ones.
///
/// Element (i, j) of the matrix moved by about Σ unit[k]·left[i, k]·right[k, j], in single precision, k ascending. Nothing
/// depends on its being right: codes are counted from where it says that they went.
struct LowRankUpdate: Sendable {
    static let ranks = 1...16

    /// By component; finite, at most 2^64 in magnitude, so that no sum overflows.
    let units: [Float]
    /// By component: how large its numbers are in both matrices, as one of `UpdatedContext.spreads` classes.
    let spreads: [UInt8]
    /// By row, then component.
    let left: [Int8]
    /// By component, then column.
    let right: [Int8]
    let columns: Int
    fileprivate let rightNumbers: [Float]
    /// What the rounding of the left matrix adds to the mean square error of any row's moves, twelve times.
    private let leftRounding: Double

    static let greatestUnit: Float = 0x1p64

    init(units: [Float], spreads: [UInt8], left: [Int8], right: [Int8]) {
        precondition(Self.ranks.contains(units.count) && right.count.isMultiple(of: units.count))
        self.units = units
        self.spreads = spreads
        self.left = left
        self.right = right
        columns = right.count / units.count
        rightNumbers = right.map(Float.init)
        var sum = 0.0
        for (component, unit) in units.enumerated() {
            let squares = right[component * columns..<(component + 1) * columns].reduce(0) { $0 + Int($1) * Int($1) }
            sum += Double(unit) * Double(unit) * (Double(squares) / Double(columns))
        }
        leftRounding = sum
    }

    /// The mean square error of a row's moves, if both matrices are right but for their rounding.
    fileprivate func variance(ofRow row: Int) -> Double {
        var sum = leftRounding
        for (component, unit) in units.enumerated() {
            let number = Double(left[row * units.count + component])
            sum += Double(unit) * Double(unit) * number * number
        }
        return sum / 12
    }
}

/// How far the numbers of some rows went by their tensor's update.
struct RowMoves: ~Copyable {
    /// One move for each number of the row, and how far off they may be.
    @unsafe struct Row {
        let moves: UnsafePointer<Float>
        /// Their mean square error.
        let variance: Double
    }

    private let columns: Int
    private let moves: Buffer<Float>
    private let variances: [Double]

    /// Without an update there are none.
    init(_ update: LowRankUpdate?, rows: Range<Int>) {
        columns = update?.columns ?? 0
        moves = Buffer(rows.count * columns)
        variances = rows.map { update?.variance(ofRow: $0) ?? 0 }
        guard let update else { return }
        for (place, row) in rows.enumerated() { unsafe update.find(row, into: moves.start + place * columns) }
    }

    /// The row `place`, counted from the first.
    subscript(place: Int) -> Row? {
        columns == 0 ? nil : unsafe Row(moves: UnsafePointer(moves.start + place * columns), variance: variances[place])
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
