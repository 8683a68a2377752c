import Tensors

/// What an adapter adds to a tensor: scale · left · right, where `left` has the tensor's rows and `right` its columns.
///
/// An element's sum of products is computed in double, in the order of the ranks, and rounded to float32 once, when it
/// has been scaled and added: the same bits on any number of threads.
struct LowRankTerm: Sendable {
    /// rows × rank, with rows in the order of Hugging Face's form.
    let left: FactorMatrix
    /// rank × columns.
    let right: FactorMatrix
    let scale: Double
    let order: RowOrder

    func release() {
        left.release()
        right.release()
    }

    /// The term with its right side in memory, to be added to many rows.
    struct Rows {
        private let term: LowRankTerm
        private var rank: Int { term.right.rows }
        /// Eight columns after the other, and of these rank after rank; padded with zeros.
        private let right: [SIMD8<Double>]

        init(_ term: LowRankTerm) {
            self.term = term
            let rank = term.right.rows, columns = term.right.columns
            var right = [SIMD8<Double>](repeating: .zero, count: (columns + 7) / 8 * rank)
            var floats = [Float](repeating: 0, count: columns)
            for index in 0..<rank {
                var span = floats.mutableSpan
                term.right.decode(index, into: &span)
                for column in 0..<columns { right[column / 8 * rank + index][column % 8] = Double(floats[column]) }
            }
            self.right = right
        }

        /// Adds to the GGUF's row `row`, whose numbers stand in `floats` from `offset` on.
        func add(_ row: Int, to floats: inout MutableSpan<Float>, at offset: Int) {
            let rank = rank, scale = term.scale
            var left = [Float](repeating: 0, count: rank)
            var span = left.mutableSpan
            term.left.decode(term.order.source(of: row), into: &span)
            for first in stride(from: 0, to: term.right.columns, by: 8) {
                let block = first / 8 * rank
                var sum = SIMD8<Double>.zero
                for index in 0..<rank { sum += right[block + index] * Double(left[index]) }
                for column in first..<min(first + 8, term.right.columns) {
                    let number = Double(floats[offset + column]) + scale * sum[column - first]
                    floats[offset + column] = Float(number)
                }
            }
        }
    }
}
