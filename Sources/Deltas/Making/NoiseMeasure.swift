/// Measures how far the numbers of a quantized tensor's rows and columns have moved.
struct NoiseMeasure {
    /// By row.
    let rows: [UInt8]
    /// By column.
    let columns: [UInt8]
    /// What of the moves is known, and not measured.
    let update: LowRankUpdate?

    /// With fewer changed rows than this, columns aren't told apart.
    private static let leastRows = 16

    init(_ difference: TensorDifference, update: LowRankUpdate?) {
        let count = difference.tensor.rowElements
        var levels = [UInt8](repeating: NoiseLevels.unchanged, count: difference.tensor.rows)
        var sums = [Double](repeating: 0, count: count)
        var changed = 0
        difference.forEachRow { row in
            var left = row.moved
            if update != nil {
                let known = RowMoves(update, rows: row.index..<row.index + 1)
                // As many as the row has numbers.
                if let known = unsafe known[0] {
                    for index in left.indices { left[index] -= unsafe known.moves[index] }
                }
            }
            var square = left.reduce(0.0) { $0 + Double($1) * Double($1) }
            square /= Double(count)
            levels[row.index] =
                update != nil && difference.form.scaleFollows != nil
                ? UInt8(NoiseLevels.rowBias) : Self.level(square, bias: NoiseLevels.rowBias)
            guard square > 0 else { return }
            changed += 1
            let scale = 1 / square
            for index in left.indices { sums[index] += Double(left[index]) * Double(left[index]) * scale }
        }
        rows = levels
        self.update = update
        columns = sums.map { sum in
            update != nil || changed < Self.leastRows
                ? NoiseLevels.neutralColumn : Self.level(sum / Double(changed), bias: NoiseLevels.columnBias)
        }
    }

    /// The level of a mean square.
    private static func level(_ square: Double, bias: Int) -> UInt8 {
        square.isFinite ? UInt8(min(max(quarterLog2(square) / 2 + bias, 1), 255)) : 255
    }
}
