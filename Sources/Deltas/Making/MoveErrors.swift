/// Sums up squared errors, each by 1 / its step.
struct MoveErrors {
    private let toldWeight: Double
    private let ones: [Float]
    private var count = 0.0
    private var told = (squares: 0.0, weights: 0.0)
    private var others = (squares: 0.0, weights: 0.0)

    init(columns: Int, toldWeight: Float) {
        self.toldWeight = Double(toldWeight)
        ones = [Float](repeating: 1, count: columns)
    }

    mutating func add(_ rest: [Float], _ row: borrowing TensorDifference.Row) {
        let squares = rest.times(rest), toldWeights = row.weights.times(row.told)
        let toldShare = (squares: Double(squares.dot(toldWeights)), weights: Double(ones.dot(toldWeights)))
        told.squares += toldShare.squares / toldWeight
        told.weights += toldShare.weights / toldWeight
        others.squares += Double(squares.dot(row.weights)) - toldShare.squares
        others.weights += Double(ones.dot(row.weights)) - toldShare.weights
        count += Double(ones.count) - Double(ones.dot(row.told))
    }

    /// The mean square of those that scales tell, and of the others.
    var means: (told: Double, others: Double) {
        (told.squares / max(told.weights, 0x1p-60), max(others.squares / max(others.weights, 0x1p-60), 0))
    }

    /// The mean of the squares of others, each by 1 / its step.
    var weighted: Double { max(others.squares / max(count, 1), 0) }
}
