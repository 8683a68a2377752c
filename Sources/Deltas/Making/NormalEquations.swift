/// A small system of linear equations with a symmetric matrix that has no negative eigenvalues.
struct NormalEquations {
    /// Cholesky's lower triangle.
    private var lower: [[Double]]

    /// `matrix` is the lower triangle; what its numbers don't determine becomes about 0.
    init(_ matrix: [[Double]]) {
        lower = matrix
        for row in matrix.indices {
            for column in 0...row {
                var sum = matrix[row][column]
                for index in 0..<column { sum -= lower[row][index] * lower[column][index] }
                lower[row][column] =
                    row == column ? max(sum, 1e-9 * matrix[row][row], 1e-60).squareRoot() : sum / lower[column][column]
            }
        }
    }

    func solve(_ right: [Double]) -> [Double] {
        var solved = right
        for row in solved.indices {
            for index in 0..<row { solved[row] -= lower[row][index] * solved[index] }
            solved[row] /= lower[row][row]
        }
        for row in solved.indices.reversed() {
            for index in row + 1..<solved.count { solved[row] -= lower[index][row] * solved[index] }
            solved[row] /= lower[row][row]
        }
        return solved
    }
}
