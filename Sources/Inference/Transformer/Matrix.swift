internal import CKernels
internal import Tensors

/// A weight matrix in the mapped model, rows × columns, each row in blocks of its type.
///
/// The address is an integer so that models are `Sendable` by structure; `LanguageModel` keeps the mapping alive.
struct Matrix: Sendable {
    let type: ElementType
    let rows: Int
    let columns: Int
    private let address: UInt

    /// Takes `bytes` that hold exactly the matrix; the caller keeps them mapped as long as the matrix is used.
    init(type: ElementType, rows: Int, columns: Int, bytes: RawSpan) {
        self.type = type
        self.rows = rows
        self.columns = columns
        precondition(bytes.byteCount == rows * ck_row_bytes(Int32(type.rawValue), Int32(columns)))
        address = unsafe bytes.withUnsafeBytes { UInt(bitPattern: $0.baseAddress) }
    }

    /// Whether its rows are integer codes, which are multiplied with quantized activations.
    var isQuantized: Bool { type.blockElements > 1 }

    @unsafe var data: UnsafeRawPointer {
        // Matrices are never empty, so the address is not null.
        unsafe UnsafeRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    /// Writes row `row` as floats to `output` at `offset`.
    func widen(row: Int, into output: FloatBuffer, at offset: Int) {
        precondition(row >= 0 && row < rows)
        let bytes = ck_row_bytes(Int32(type.rawValue), Int32(columns))
        // The row is inside the matrix, and `address` checks the output. The type has a codec: `ck_row_bytes` knows it.
        _ = unsafe codec_decode(type.rawValue, data + row * bytes, output.address(offset, columns), columns)
    }

    /// All elements as floats, in order.
    func widened() throws(InferenceError) -> FloatBuffer {
        let values = try FloatBuffer(count: rows * columns)
        for row in 0..<rows { widen(row: row, into: values, at: row * columns) }
        return values
    }
}
