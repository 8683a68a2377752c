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
        var levels: [UInt8] = []
        levels.reserveCapacity(difference.tensor.rows)
        var sums = [Double](repeating: 0, count: count)
        var changed = 0
        difference.forEachRow { row, moved in
            guard var left = moved else { return levels.append(NoiseLevels.unchanged) }
            if update != nil {
                let known = RowMoves(update, rows: row..<row + 1)
                // As many as the row has numbers.
                if let known = unsafe known[0] { for index in left.indices { left[index] -= unsafe known[index] } }
            }
            var square = left.reduce(0.0) { $0 + Double($1) * Double($1) }
            square /= Double(count)
            levels.append(Self.level(square, bias: NoiseLevels.rowBias))
            guard square > 0 else { return }
            changed += 1
            let scale = 1 / square
            for index in left.indices { sums[index] += Double(left[index]) * Double(left[index]) * scale }
        }
        rows = levels
        self.update = update
        let neutral = UInt8(NoiseLevels.columnBias)
        columns = sums.map { sum in
            changed < Self.leastRows ? neutral : Self.level(sum / Double(changed), bias: NoiseLevels.columnBias)
        }
    }

    /// The level of a mean square.
    private static func level(_ square: Double, bias: Int) -> UInt8 {
        square.isFinite ? UInt8(min(max(quarterLog2(square) / 2 + bias, 1), 255)) : 255
    }
}
