extension LowRankUpdate {
    /// The update that makes the delta of a tensor shortest, by an estimate; nil where none pays for itself.
    init?(of difference: TensorDifference) {
        let (rows, columns) = (difference.tensor.rows, difference.tensor.rowElements)
        guard !difference.form.isLadder, rows >= 32, rows + columns <= DeltaLimits.compressed / Self.ranks.upperBound
        else { return nil }
        var search = LowRankSearch(difference)
        // By the fourth pass some rows show whether there is anything; the others sharpen it.
        let stride = max(1, rows / 512)
        for _ in 0..<4 { search.improve(stride: stride) }
        guard search.count(stride: stride) > 0 else { return nil }
        for _ in 0..<3 { search.improve() }
        var fit = LowRankFit(
            difference, right: Array(search.measured[..<search.count()]), toldWeight: search.toldWeight)
        var steps: [Double] = []
        for _ in 0..<3 {
            guard !fit.right.isEmpty else { return nil }
            fit.improve()
            fit.turn()
            let plan = RoundingPlan(fit, rows: rows, columns: columns, form: difference.form)
            steps = plan.steps
            fit.keep(steps.count)
            fit.toldWeight = plan.toldWeight
        }
        guard !steps.isEmpty else { return nil }
        self.init(fit, steps: steps, rows: rows)
    }

    /// Fits both matrices, the right one to a rounded left one in the end; rounds it, fits the left one to it, and rounds that.
    private init?(_ found: LowRankFit, steps: [Double], rows: Int) {
        var fit = found
        fit.improve()
        fit.improve(units: zip(fit.left, steps).map { Self.unit(of: $0[..<rows], step: $1) })
        var units = zip(fit.right, steps).map { Self.unit(of: $0[...], step: $1) }
        guard units.allSatisfy({ $0 <= Self.greatestUnit }) else { return nil }
        let right = zip(fit.right, units).map { Self.round($0[...], unit: $1) }
        fit.fitLeft(to: right.map { $0.map { Float($0) } })
        units = zip(fit.left, steps).map { Self.unit(of: $0[..<rows], step: $1) }
        guard units.allSatisfy({ $0 <= Self.greatestUnit }) else { return nil }
        let left = zip(fit.left, units).map { Self.round($0[..<rows], unit: $1) }
        self.init(
            units: units, spreads: steps.map(UpdatedContext.spread),
            left: (0..<rows).flatMap { row in left.map { $0[row] } }, right: right.flatMap(\.self))
    }

    /// What a vector is rounded to multiples of: `step`, by its root mean square, and more where a byte couldn't hold all.
    private static func unit(of vector: ArraySlice<Float>, step: Double) -> Float {
        let square = vector.reduce(0) { $0 + Double($1) * Double($1) } / Double(vector.count)
        let largest = vector.reduce(0) { max($0, abs($1)) }
        return max(Float(max(square.squareRoot() * step, 0x1p-60)), largest / 127)
    }

    private static func round(_ vector: ArraySlice<Float>, unit: Float) -> [Int8] {
        vector.map { Int8(max(-127, min(127, ($0 / unit).rounded()))) }
    }
}

/// How many components pay for themselves, and how fine they should be.
///
/// Errors of a component's two vectors add energy·step²/6 to the mean square error of all moves. By that a number that the
/// scale tells costs log2(√error) bits, and a code of another log2(√(hidden + error)), where `hidden` is what its rounding
/// hides of its move. From this follow the steps where a finer one would cost as much as it saves.
private struct RoundingPlan {
    /// By component: the step that both its vectors are rounded to, in units of their root mean squares.
    private(set) var steps: [Double] = []
    /// What numbers that scales tell should weigh beside others, by their errors.
    private(set) var toldWeight: Float = 1

    // Measured; the estimate asks for 6 and 1. Symbols of large steps cost less than it says, and errors aren't normal.
    private static let stepSquare = 4.0
    private static let patience = 0.5

    /// `fit` has been turned.
    init(_ fit: LowRankFit, rows: Int, columns: Int, form: BlockForm) {
        let elements = Double(rows) * Double(columns), numbers = Double(rows + columns)
        let told = form.scaleFollows == nil ? 0 : elements / Double(form.elements)
        let energies = fit.left.map { Double($0.dot($0)) / elements }
        let hidden = fit.rest.others
        var missing = max(fit.rest.told, 1e-6 * hidden, .leastNormalMagnitude)
        guard energies.reduce(missing, +).isFinite else { return }
        for last in energies.indices.reversed() {
            let worth = { error in told / error + elements / (hidden + error) }
            var error = missing
            for _ in 0..<60 { error = missing + Double(last + 1) * numbers / worth(error) }
            let kept = energies[...last].map { energy in
                min(max((Self.stepSquare * numbers / (energy * worth(error))).squareRoot(), 0.02), 1.5)
            }
            let energy = energies[last]
            let saved = told * Self.bits(error, with: energy) + elements * Self.bits(hidden + error, with: energy)
            if saved >= Self.patience * numbers * Self.bits(step: kept[last]) {
                steps = kept
                toldWeight = Float(min(max(hidden / error, 1), 1000))
                return
            }
            missing += energy
        }
    }

    /// How many bits a number costs more if its mean square error has `energy` besides.
    private static func bits(_ error: Double, with energy: Double) -> Double {
        let ratio = min(1 + energy / error, 0x1p32)
        return Double(Logarithm.of(UInt64(ratio * 0x1p16)) - 16 << 8) / 512
    }

    /// What a number of normal distribution costs when it is rounded to such a step.
    private static func bits(step: Double) -> Double { max(2.05 - Double(quarterLog2(step)) / 4, 0.5) }
}
