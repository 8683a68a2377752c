/// Fits two thin matrices to the difference of two quantized ones: weighted least squares, for one of them and then the
/// other.
///
/// What a number weighs stands in `TensorDifference.Row`. All arithmetic is IEEE addition, multiplication, division and
/// square root in a fixed order, so the same files give the same delta everywhere.
struct LowRankFit {
    private let difference: TensorDifference
    /// By component, then row.
    private(set) var left: [[Float]]
    /// By component, then column.
    private(set) var right: [[Float]]

    /// Starts at a right matrix; the left one is yet to be found.
    init(_ difference: TensorDifference, right: [[Float]]) {
        self.difference = difference
        self.right = right
        left = [[Float]](repeating: [Float](repeating: 0, count: difference.tensor.rows), count: right.count)
    }

    /// Replaces the right matrix, and fits the left one to it.
    mutating func fitLeft(to right: [[Float]]) {
        self.right = right
        difference.forEachRow { fitLeft($0) }
    }

    /// One pass over both files: fits the left matrix to the right one, then the right one to that.
    ///
    /// With `units`, one for each component, the left matrix is rounded to them first, and the right one makes up for that.
    mutating func improve(units: [Float]? = nil) {
        let components = right.indices, columns = right[0].count
        let zeros = [Float](repeating: 0, count: columns)
        // By column, the normal equations: sums of weight·left·leftᵀ, the lower triangle, and of weight·left·move.
        var squares = components.map { [[Float]](repeating: zeros, count: $0 + 1) }
        var sums = components.map { _ in zeros }
        difference.forEachRow { row in
            fitLeft(row)
            for (component, unit) in (units ?? []).enumerated() {
                left[component][row.index] = (left[component][row.index] / unit).rounded() * unit
            }
            let pulls = row.moved.times(row.weights)
            for component in components {
                let own = left[component][row.index]
                sums[component].add(pulls, times: own)
                for other in 0...component {
                    squares[component][other].add(row.weights, times: own * left[other][row.index])
                }
            }
        }
        for column in 0..<columns {
            let equations = NormalEquations(squares.map { $0.map { Double($0[column]) } })
            let solved = equations.solve(sums.map { Double($0[column]) })
            for component in components { right[component][column] = Float(solved[component]) }
        }
    }

    private mutating func fitLeft(_ row: borrowing TensorDifference.Row) {
        let weighted = right.map { $0.times(row.weights) }
        let square = weighted.enumerated().map { index, own in right[...index].map { Double(own.dot($0)) } }
        let solved = NormalEquations(square).solve(weighted.map { Double(row.moved.dot($0)) })
        for component in left.indices { left[component][row.index] = Float(solved[component]) }
    }
}
