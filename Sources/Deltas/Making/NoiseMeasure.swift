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

    init(_ difference: TensorDifference) {
        let count = difference.tensor.rowElements
        var levels = [UInt8](repeating: NoiseLevels.unchanged, count: difference.tensor.rows)
        var sums = [Double](repeating: 0, count: count)
        var changed = 0
        difference.forEachRow { row in
            let square = Self.meanSquare(row.moved)
            levels[row.index] = Self.level(square, bias: NoiseLevels.rowBias)
            guard square > 0 else { return }
            changed += 1
            let scale = 1 / square
            for index in 0..<count { sums[index] += Double(row.moved[index]) * Double(row.moved[index]) * scale }
        }
        rows = levels
        update = nil
        columns = sums.map { sum in
            changed < Self.leastRows
                ? NoiseLevels.neutralColumn : Self.level(sum / Double(changed), bias: NoiseLevels.columnBias)
        }
    }

    /// Where an update says what moved, contexts follow its rounding; only types whose scales it doesn't tell need to know
    /// how far rows moved beside it.
    init(_ difference: TensorDifference, update: LowRankUpdate) {
        var levels = [UInt8](repeating: NoiseLevels.unchanged, count: difference.tensor.rows)
        let isTold = difference.form.scaleFollows != nil
        difference.forEachRow { row in
            if isTold { return levels[row.index] = UInt8(NoiseLevels.rowBias) }
            var left = row.moved
            let known = RowMoves(update, rows: row.index..<row.index + 1)
            // As many as the row has numbers.
            if let known = unsafe known[0] { for index in left.indices { left[index] -= unsafe known.moves[index] } }
            levels[row.index] = Self.level(Self.meanSquare(left), bias: NoiseLevels.rowBias)
        }
        rows = levels
        self.update = update
        columns = [UInt8](repeating: NoiseLevels.neutralColumn, count: difference.tensor.rowElements)
    }

    private init(rows: [UInt8], columns: [UInt8]) {
        self.rows = rows
        self.columns = columns
        update = nil
    }

    /// The same without telling columns apart, and without telling apart rows that changed, either: fewer bytes, and less
    /// known.
    var simpler: [NoiseMeasure] {
        let evenColumns = [UInt8](repeating: NoiseLevels.neutralColumn, count: columns.count)
        let changed = rows.filter { $0 != NoiseLevels.unchanged }.sorted()
        let evenRows = rows.map { $0 == NoiseLevels.unchanged ? $0 : changed[changed.count / 2] }
        return [rows, evenRows].map { NoiseMeasure(rows: $0, columns: evenColumns) }
            .filter { $0.rows != rows || $0.columns != columns }
    }

    /// About how many bytes the levels take.
    var bytes: Int { Self.compress(rows[...]).count + (update == nil ? Self.compress(columns[...]).count : 0) }

    /// Levels as they stand in the delta.
    static func compress(_ levels: ArraySlice<UInt8>) -> [UInt8] { Zstandard.compress(Array(levels), level: 9) }

    private static func meanSquare(_ numbers: [Float]) -> Double {
        numbers.reduce(0.0) { $0 + Double($1) * Double($1) } / Double(numbers.count)
    }

    /// The level of a mean square.
    private static func level(_ square: Double, bias: Int) -> UInt8 {
        square.isFinite ? UInt8(min(max(quarterLog2(square) / 2 + bias, 1), 255)) : 255
    }
}
