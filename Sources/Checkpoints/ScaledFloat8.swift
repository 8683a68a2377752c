import Tensors

/// What a matrix of 8-bit floats stands for: each number times the scale of its block.
struct ScaledFloat8: Sendable {
    let format: Float8
    /// The size of a block; those at the matrix's ends may be cut off.
    let block: BlockSize
    /// Of all blocks: a row of them after the other.
    let scales: [Float]

    /// Decodes the row `row` of the source to `floats` from `offset` on; each product is rounded to float32 once.
    func decode(_ bytes: RawSpan, row: Int, into floats: inout MutableSpan<Float>, at offset: Int) {
        let perRow = (bytes.byteCount + block.columns - 1) / block.columns
        for index in 0..<perRow {
            let first = index * block.columns, last = min(bytes.byteCount, first + block.columns)
            format.decode(
                bytes.extracting(first..<last), scale: scales[row / block.rows * perRow + index], into: &floats,
                at: offset + first)
        }
    }
}

/// Rows and columns of the blocks that a matrix is cut into.
struct BlockSize: Sendable, Equatable {
    let rows: Int
    let columns: Int
}
