import Files
import Tensors

/// One of the two matrices of a low-rank term, in an adapter's file.
struct FactorMatrix: Sendable {
    private let file: MappedFile
    private let table: Safetensors.Tensor
    private let type: ElementType
    /// Whether its rows are the columns of what the file has.
    private let isTransposed: Bool

    /// `tensor` must have rows and columns.
    init(_ tensor: HuggingFaceWeights.Tensor, isTransposed: Bool) throws(CheckpointError) {
        type = try tensor.plainType()
        table = tensor.table
        file = tensor.file
        self.isTransposed = isTransposed
    }

    var rows: Int { table.shape[isTransposed ? 1 : 0] }
    var columns: Int { table.shape[isTransposed ? 0 : 1] }

    /// Decodes one row to the start of `floats`.
    func decode(_ row: Int, into floats: inout MutableSpan<Float>) {
        if !isTransposed { return decode(elements: row * columns..<(row + 1) * columns, into: &floats, at: 0) }
        for column in 0..<columns {
            let element = column * rows + row
            decode(elements: element..<element + 1, into: &floats, at: column)
        }
    }

    private func decode(elements: Range<Int>, into floats: inout MutableSpan<Float>, at offset: Int) {
        let file = file
        let start = table.range.lowerBound, size = type.blockBytes
        let bytes = file.bytes.extracting(start + elements.lowerBound * size..<start + elements.upperBound * size)
        Codec.decode(bytes, of: type, into: &floats, at: offset)
    }

    /// Lets its pages leave memory; they are read again when touched.
    func release() { file.mapping.release(table.range) }
}
