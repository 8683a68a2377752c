extension LowRankUpdate {
    /// The update that makes the delta of a tensor shortest; nil where none pays for itself.
    init?(of difference: TensorDifference) {
        let (rows, columns) = (difference.tensor.rows, difference.tensor.rowElements)
        guard !difference.form.isLadder, rows >= 32, rows + columns <= DeltaLimits.compressed / Self.ranks.upperBound
        else { return nil }
        var search = LowRankSearch(difference)
        // By the fourth pass some rows show whether there is anything; the others sharpen it.
        let stride = max(1, rows / 512)
        for _ in 0..<4 { search.improve(stride: stride) }
        guard Components(search, rows: rows / stride, columns: columns, patience: 0.4).count > 0 else { return nil }
        for _ in 0..<5 { search.improve() }
        let components = Components(search, rows: rows, columns: columns, patience: 0.6)
        guard components.count > 0 else { return nil }
        self.init(components, search, difference)
    }

    /// Fits both matrices, the right one to a rounded left one in the end; rounds it, fits the left one to it, and rounds that.
    private init?(_ components: Components, _ search: LowRankSearch, _ difference: TensorDifference) {
        let steps = components.steps
        var fit = LowRankFit(difference, right: Array(search.measured[..<steps.count]))
        fit.improve()
        fit.improve(units: zip(fit.left, steps).map { Self.unit(of: $0, step: $1) })
        var units = zip(fit.right, steps).map { Self.unit(of: $0, step: $1) }
        let right = zip(fit.right, units).map { Self.round($0, unit: $1) }
        fit.fitLeft(to: right.map { $0.map { Float($0) } })
        units = zip(fit.left, steps).map { Self.unit(of: $0, step: $1) }
        guard units.allSatisfy({ $0 <= Self.greatestUnit }) else { return nil }
        let left = zip(fit.left, units).map { Self.round($0, unit: $1) }
        self.init(
            units: units, spreads: steps.map(UpdatedContext.spread),
            left: (0..<difference.tensor.rows).flatMap { row in left.map { $0[row] } }, right: right.flatMap(\.self))
    }

    /// What a vector is rounded to multiples of: `step`, by its root mean square.
    private static func unit(of vector: [Float], step: Double) -> Float {
        let square = vector.reduce(0) { $0 + Double($1) * Double($1) } / Double(vector.count)
        return Float(max(square.squareRoot() * step, 0x1p-60))
    }

    private static func round(_ vector: [Float], unit: Float) -> [Int8] {
        vector.map { Int8(max(-127, min(127, ($0 / unit).rounded()))) }
    }
}

/// How many components pay for themselves, and how fine they should be.
private struct Components {
    /// By component: the step that both its vectors are rounded to, in units of their root mean squares.
    private(set) var steps: [Double] = []
    var count: Int { steps.count }

    /// Components count that save on codes at least `patience` of what they cost, for they save on scales, too.
    init(_ search: LowRankSearch, rows: Int, columns: Int, patience: Double) {
        let numbers = Double(rows + columns), elements = Double(rows) * Double(columns)
        // What any direction found in noise seems to have, by the noise's energy.
        let sides = Double(rows).squareRoot() + Double(columns).squareRoot()
        let edge = sides * sides / elements
        var left = search.total
        var kept: [Double] = []
        for energy in search.energies {
            let own = energy - edge * max(left - energy, 1e-6 * search.total)
            let after = max(left - own, 1e-6 * search.total)
            guard own > 0 else { break }
            let ratio = own / after
            // log2(1 + ratio), from below; half of it is saved for each element.
            let saved = 0.5 * elements * 1.4427 * 2 * ratio / (2 + ratio)
            // What barely pays is better off with a coarser step.
            let step = 2.squareRoot() * Self.step(own, left: after, numbersPerElement: numbers / elements)
            guard saved > patience * numbers * Self.bits(step) else { break }
            left = after
            kept.append(own)
        }
        steps = kept.map { Self.step($0, left: left, numbersPerElement: numbers / elements) }
    }

    /// Where a finer step would cost as much as it saves, if what is left after all components has the energy `left`.
    private static func step(_ energy: Double, left: Double, numbersPerElement: Double) -> Double {
        // Errors of a component's two vectors add energy·step²/6 to what is left; that asks for a 6 here. But scales follow
        // single numbers and gain more: 2 makes the shortest deltas.
        min(max((2 * numbersPerElement * left / energy).squareRoot(), 0.05), 1.5)
    }

    /// What a number of normal distribution costs when it is rounded to such a step.
    private static func bits(_ step: Double) -> Double { max(2.05 - Double(quarterLog2(step)) / 4, 0.5) }
}
