import Tensors

/// How far a tensor lies from the floats that it was rounded from, and how far plain rounding to its type would.
struct RoundingLoss {
    /// Root mean square of the error, by the values'.
    let share: Double
    /// The mean error, by the error's root mean square.
    let bias: Double
    /// The same of the error away from zero: −0.87 for rounding towards it.
    let outward: Double
    /// What `share` would be with each block rounded by itself; 0 where nothing is rounded.
    let plainShare: Double

    /// Rows that are looked at: enough for figures that hardly move.
    static let usualRows = 512

    /// - Parameter rows: how many rows at most, evenly spread.
    init(
        _ model: GGUFFile, _ mine: TensorInfo, _ other: GGUFFile, _ theirs: TensorInfo, rows: Int = usualRows
    ) {
        let columns = mine.rowElements
        var found = [Float](repeating: 0, count: columns), expected = found, plain = found
        var target = [UInt8](repeating: 0, count: mine.rowBytes)
        var sums = (values: 0.0, squares: 0.0, errors: 0.0, outward: 0.0, plain: 0.0)
        var count = 0
        let step = max(1, mine.rows / rows)
        for row in stride(from: 0, to: mine.rows, by: step) {
            Self.decode(model, mine, row, into: &found)
            Self.decode(other, theirs, row, into: &expected)
            var span = target.mutableSpan
            var bytes = unsafe span.mutableBytes  // Bytes have no padding, nor have floats.
            let isPlain = unsafe Codec.encode(expected.span.bytes, as: mine.type, into: &bytes) == columns
            var floats = plain.mutableSpan
            if isPlain { unsafe Codec.decode(target.span.bytes, of: mine.type, into: &floats) }
            for column in 0..<columns {
                let value = Double(expected[column]), error = Double(found[column]) - value
                sums.values += value * value
                sums.errors += error
                sums.outward += value < 0 ? -error : error
                sums.squares += error * error
                if isPlain {
                    let other = Double(plain[column]) - value
                    sums.plain += other * other
                }
            }
            count += columns
        }
        share = sums.values > 0 ? (sums.squares / sums.values).squareRoot() : sums.squares > 0 ? .infinity : 0
        plainShare = sums.values > 0 ? (sums.plain / sums.values).squareRoot() : 0
        let spread = (sums.squares / Double(max(count, 1))).squareRoot()
        // One sum of a few numbers says nothing of sides.
        let isTelling = spread > 0 && count >= 256
        bias = isTelling ? sums.errors / Double(count) / spread : 0
        outward = isTelling ? sums.outward / Double(count) / spread : 0
    }

    private static func decode(_ file: GGUFFile, _ tensor: TensorInfo, _ row: Int, into floats: inout [Float]) {
        let bytes = file.bytes(of: tensor).extracting(row * tensor.rowBytes..<(row + 1) * tensor.rowBytes)
        var span = floats.mutableSpan
        Codec.decode(bytes, of: tensor.type, into: &span)
    }
}
