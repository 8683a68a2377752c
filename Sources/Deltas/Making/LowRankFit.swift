/// Fits two thin matrices to the difference of two quantized ones: weighted least squares, for one of them and then the
/// other.
///
/// All arithmetic is IEEE addition, multiplication, division and square root in a fixed order, so the same files give the
/// same delta everywhere.
struct LowRankFit {
    private let difference: TensorDifference
    /// By component, then row; zeros behind the last row.
    private(set) var left: [[Float]]
    /// By component, then column.
    private(set) var right: [[Float]]
    /// What numbers that scales tell weigh beside others.
    var toldWeight: Float
    /// What the last pass left of the moves, before it fitted the right matrix anew: the mean square of those that scales
    /// tell, and of the others.
    private(set) var rest = (told: 0.0, others: 0.0)

    /// Starts at a right matrix; the left one is yet to be found.
    init(_ difference: TensorDifference, right: [[Float]], toldWeight: Float) {
        self.difference = difference
        self.toldWeight = toldWeight
        self.right = right
        let rows = (difference.tensor.rows + 7) / 8 * 8
        left = [[Float]](repeating: [Float](repeating: 0, count: rows), count: right.count)
    }

    /// Replaces the right matrix, and fits the left one to it.
    mutating func fitLeft(to right: [[Float]]) {
        self.right = right
        difference.forEachRow(toldWeight: toldWeight) { fitLeft($0) }
    }

    /// Leaves out all components but the first ones.
    mutating func keep(_ count: Int) {
        left = Array(left[..<count])
        right = Array(right[..<count])
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
        var errors = MoveErrors(columns: columns, toldWeight: toldWeight)
        difference.forEachRow(toldWeight: toldWeight) { row in
            fitLeft(row)
            for (component, unit) in (units ?? []).enumerated() {
                left[component][row.index] = (left[component][row.index] / unit).rounded() * unit
            }
            var rest = row.moved
            for component in components { rest.add(right[component], times: -left[component][row.index]) }
            errors.add(rest, row)
            let pulls = row.moved.times(row.weights)
            for component in components {
                let own = left[component][row.index]
                sums[component].add(pulls, times: own)
                for other in 0...component {
                    squares[component][other].add(row.weights, times: own * left[other][row.index])
                }
            }
        }
        rest = errors.means
        // A ridge: what the moves don't determine is about as large as it was.
        let ridges = right.map { errors.weighted * Double(columns) / max(Double($0.dot($0)), 0x1p-120) }
        for column in 0..<columns {
            var matrix = squares.map { $0.map { Double($0[column]) } }
            for component in components { matrix[component][component] += ridges[component] }
            let solved = NormalEquations(matrix).solve(sums.map { Double($0[column]) })
            for component in components { right[component][column] = Float(solved[component]) }
        }
    }

    private mutating func fitLeft(_ row: borrowing TensorDifference.Row) {
        let weighted = right.map { $0.times(row.weights) }
        let square = weighted.enumerated().map { index, own in right[...index].map { Double(own.dot($0)) } }
        let solved = NormalEquations(square).solve(weighted.map { Double(row.moved.dot($0)) })
        for component in left.indices { left[component][row.index] = Float(solved[component]) }
    }

    /// Turns both matrices so that components stand at right angles to one another, those with the most energy first, which
    /// the left one has; the product stays what it is.
    mutating func turn() {
        var orthonormal = right
        orthonormal.makeOrthonormal()
        left = left.combined(orthonormal.map { own in right.map { own.dot($0) } })
        right = orthonormal
        // Subspace iteration, among the components; vectors have a multiple of eight numbers.
        let width = (right.count + 7) / 8 * 8
        let zeros = [Float](repeating: 0, count: width)
        let energies = left.map { own in left.map { own.dot($0) } + zeros[left.count...] }
        var turned = right.indices.map { index in
            var axis = zeros
            axis[index] = 1
            return axis
        }
        turned = energies.inOrder(turned)
        for _ in 0..<10 {
            turned = energies.combined(turned)
            turned.makeOrthonormal()
        }
        turned = energies.inOrder(turned)
        left = left.combined(turned)
        right = right.combined(turned)
    }
}

extension [[Float]] {
    /// The vectors along which a symmetric matrix has the most, first.
    fileprivate func inOrder(_ vectors: [[Float]]) -> [[Float]] {
        let energies = vectors.map { combined([$0])[0].dot($0) }
        return vectors.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }.map { vectors[$0] }
    }
}
