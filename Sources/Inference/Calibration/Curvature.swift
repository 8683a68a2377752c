internal import CKernels
internal import Tensors

/// What errors in a matrix's columns cost on the activations that enter it: H = XᵀX over all tokens.
@safe final class Curvature {
    let columns: Int
    /// Σ (wanted − x) · xᵀ, by which weights can undo what earlier roundings did to the activations.
    private let drift: FloatBuffer
    private let hessian: FloatBuffer
    private let factor: FloatBuffer
    private let weights: FloatBuffer
    private let blockFactor: FloatBuffer
    private let blockWeights: FloatBuffer

    /// What is added to H's diagonal, as a share of its mean: keeps it from trusting the text too far.
    private static let damping: Float = 0.01
    /// How much of the drift is undone.
    private static let strength: Float = 1
    /// How often every block is chosen anew, given all others.
    private static let sweeps: Int32 = 2

    /// Measures `tokens` rows of activations, `stride` apart; `wanted` is what they were without any rounding.
    init(
        columns: Int, tokens: Int, stride: Int, activations: FloatBuffer, wanted: FloatBuffer,
        pool: borrowing KernelPool
    ) throws(InferenceError) {
        self.columns = columns
        drift = try FloatBuffer(count: columns * columns)
        hessian = try FloatBuffer(count: columns * columns)
        factor = try FloatBuffer(count: columns * columns)
        weights = try FloatBuffer(count: columns)
        blockFactor = try FloatBuffer(count: columns * 32)
        blockWeights = try FloatBuffer(count: columns)
        let plain = try FloatBuffer(count: columns * columns)
        let batch = 256
        let difference = try FloatBuffer(count: batch * stride)
        for first in Swift.stride(from: 0, to: tokens, by: batch) {
            let count = min(batch, tokens - first)
            difference.copy(count * stride, of: wanted, from: first * stride)
            // Both are `count` rows of `stride` floats.
            unsafe ck_subtract(
                pool.pool, difference.base, activations.address(first * stride, count * stride), count * stride)
            for (left, start, output) in [(activations, first * stride, plain), (difference, 0, drift)] {
                try pool.addProducts(
                    rows: columns, columns: columns, steps: count, left: (left, start, 1, stride),
                    right: (activations, first * stride, stride), output: output)
            }
        }
        try factorize(plain, pool)
    }

    @unsafe private var parts: ck_curvature {
        unsafe ck_curvature(
            columns: Int32(columns), hessian: hessian.base, factor: factor.base, weights: weights.base,
            block_factor: blockFactor.base, block_weights: blockWeights.base)
    }

    private func factorize(_ plain: FloatBuffer, _ pool: borrowing KernelPool) throws(InferenceError) {
        var parts = unsafe parts
        guard unsafe ck_factor(pool.pool, plain.base, Self.damping, &parts) else { throw .notFinite }
    }

    /// Chooses blocks of `type` for `matrix` [rows][columns]; `bytes` holds its plain rounding and gets the better.
    func round(
        _ matrix: FloatBuffer, rows: Int, as type: ElementType, bytes: inout [UInt8], pool: borrowing KernelPool
    ) throws(InferenceError) -> RoundingError {
        precondition(matrix.count == rows * columns && type.rowBytes(columns).map { $0 * rows } == bytes.count)
        let pull = try FloatBuffer(count: rows * columns)
        try pool.addProducts(
            rows: rows, columns: columns, steps: columns, left: (matrix, 0, columns, 1),
            right: (drift, 0, columns), output: pull)
        var parts = unsafe parts
        var zero = [Double](repeating: 0, count: rows), before = zero, after = zero
        let done = unsafe bytes.withUnsafeMutableBufferPointer { bytes in
            unsafe zero.withUnsafeMutableBufferPointer { zero in
                unsafe before.withUnsafeMutableBufferPointer { before in
                    unsafe after.withUnsafeMutableBufferPointer { after in
                        guard let output = bytes.baseAddress, let zero = zero.baseAddress,
                            let before = before.baseAddress, let after = after.baseAddress
                        else { return true }
                        // The sizes were checked above.
                        var rounding = unsafe ck_rounding(
                            type: Int32(type.rawValue), rows: Int32(rows), weights: matrix.base, pull: pull.base,
                            strength: Self.strength, sweeps: Self.sweeps, output: output,
                            output_row: bytes.count / rows, cost_of_zero: zero, cost_before: before,
                            cost_after: after)
                        return unsafe ck_round(pool.pool, &rounding, &parts)
                    }
                }
            }
        }
        guard done else { throw .noMemory(floats: columns * columns) }
        return RoundingError(
            plain: before.reduce(0, +), calibrated: after.reduce(0, +), scale: zero.reduce(0, +))
    }
}

/// What rounding a matrix costs: squared errors of its products over the calibration text.
package struct RoundingError: Sendable, Equatable {
    /// Of plain rounding, and of calibrated.
    package let plain: Double
    package let calibrated: Double
    /// Of no weights at all.
    package let scale: Double
}

extension KernelPool {
    /// output[r][c] += Σ left[r · row + s · step] · right[s · step + c]; each begins at `first`.
    borrowing func addProducts(
        rows: Int, columns: Int, steps: Int, left: (values: FloatBuffer, first: Int, row: Int, step: Int),
        right: (values: FloatBuffer, first: Int, step: Int), output: FloatBuffer
    ) throws(InferenceError) {
        precondition(rows * columns <= output.count)
        let leftCount = (rows - 1) * left.row + (steps - 1) * left.step + 1
        let rightCount = (steps - 1) * right.step + columns
        // `address` checks that everything is in bounds.
        var task = unsafe ck_sum_of_products(
            rows: Int32(rows), columns: Int32(columns), steps: Int32(steps),
            left: left.values.address(left.first, leftCount), left_row: left.row, left_step: left.step,
            right: right.values.address(right.first, rightCount), right_step: right.step, output: output.base,
            output_row: columns)
        guard unsafe ck_add_products(pool, &task) else { throw .noMemory(floats: rows * columns) }
    }
}
