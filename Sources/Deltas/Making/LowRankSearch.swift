/// Looks for what an adapter did to a matrix, in the difference of two quantized ones.
///
/// Subspace iteration: the basis, of rows as long as the matrix's, is multiplied by the difference, each number times its
/// weight, and by its transpose, until it spans the directions in which the rows moved most. All arithmetic is IEEE
/// addition, multiplication, division and square root in a fixed order, so the same files give the same delta everywhere.
struct LowRankSearch {
    private let difference: TensorDifference
    private let columns: Int
    /// Orthonormal rows, those with the most energy about first.
    private var basis: [[Float]]
    /// The basis of the last pass, by which the energies were measured.
    private(set) var measured: [[Float]] = []
    /// By row of it: the difference's energy (sum of squares) along the row.
    private var energies: [Double] = []
    /// The difference's whole energy.
    private var total = 0.0
    /// What numbers that scales tell weigh beside others: by how much the others seem to move more, for what codes hide of
    /// moves looks like moves.
    private(set) var toldWeight: Float = 1

    init(_ difference: TensorDifference) {
        self.difference = difference
        let columns = difference.tensor.rowElements
        self.columns = columns
        var state: UInt64 = 0
        basis = LowRankUpdate.ranks.map { _ in
            (0..<columns).map { _ in
                // Any start does that isn't at right angles to what is looked for.
                state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
                return Float(Int32(truncatingIfNeeded: state >> 33)) * 0x1p-31
            }
        }
        basis.makeOrthonormal()
    }

    /// One pass over both files, or over every so-manieth row: measures the basis and brings it nearer to what is looked for.
    mutating func improve(stride: Int = 1) {
        var energies = [Double](repeating: 0, count: basis.count)
        var total = 0.0
        var next = [[Float]](repeating: [Float](repeating: 0, count: columns), count: basis.count)
        var moves = MoveErrors(columns: columns, toldWeight: toldWeight)
        difference.forEachRow(stride: stride, toldWeight: toldWeight) { row in
            moves.add(row.moved, row)
            let moved = row.moved.times(row.weights)
            total += Double(moved.dot(moved))
            for index in basis.indices {
                let along = moved.dot(basis[index])
                energies[index] += Double(along) * Double(along)
                next[index].add(moved, times: along)
            }
        }
        toldWeight = Float(min(max(moves.means.others / max(moves.means.told, 0x1p-60), 1), 1000))
        // The rows that count most come first, for those are what the others are made orthogonal to.
        let order = energies.indices.sorted { (energies[$0], $1) > (energies[$1], $0) }
        self.energies = order.map { energies[$0] }
        self.total = total
        measured = order.map { basis[$0] }
        basis = order.map { next[$0] }
        basis.makeOrthonormal()
    }

    /// How many directions stand out of the noise, where every `stride`th row was looked at.
    func count(stride: Int = 1) -> Int {
        let rows = Double(difference.tensor.rows / stride), columns = Double(columns)
        // What any direction found in noise seems to have, by the noise's energy.
        let sides = rows.squareRoot() + columns.squareRoot()
        let edge = sides * sides / (rows * columns)
        var left = total
        var count = 0
        for energy in energies {
            let own = energy - edge * max(left - energy, 0)
            // Less than that is mostly noise.
            guard own > 0.3 * energy else { break }
            left -= own
            count += 1
        }
        return count
    }
}
