import CKernels
import Testing

/// Values at a fixed address.
@safe private final class Area<Value> {
    private let count: Int
    let base: UnsafeMutablePointer<Value>

    init(_ values: [Value]) {
        count = values.count
        unsafe base = .allocate(capacity: max(count, 1))
        for (index, value) in values.enumerated() { unsafe (base + index).initialize(to: value) }
    }

    deinit { unsafe base.deallocate() }

    var values: [Value] { (0..<count).map { unsafe base[$0] } }
}

@Suite("Calibrated rounding gives the same bits everywhere, and less error than plain rounding")
struct CalibrationTests {
    /// GGUF's types that can be calibrated, and the bytes of their blocks.
    private static let types: [(type: UInt32, blockBytes: Int)] = [
        (2, 18), (3, 20), (6, 22), (7, 24), (8, 34), (20, 18),
    ]
    private static let ways: [(Which, Int)] = [(.fastest, 1), (.fastest, 3), (.portable, 2)]

    /// Activations whose columns depend on each other, as real ones do.
    private static func activations(_ tokens: Int, _ columns: Int) -> [Float] {
        var random = Seeded(state: 7)
        var values: [Float] = []
        for _ in 0..<tokens {
            let shared = Float.random(in: -2...2, using: &random)
            for column in 0..<columns {
                values.append(Float.random(in: -1...1, using: &random) + shared * Float(column % 5))
            }
        }
        return values
    }

    private static func sum(
        _ which: Which, _ threads: Int, _ left: [Float], _ right: [Float], rows: Int, columns: Int, steps: Int
    ) throws -> [Float] {
        let pool = try #require(TestPool(which, threads: threads))
        let (left, right) = (Area(left), Area(right))
        let output = Area([Float](repeating: 1, count: rows * columns))
        var task = unsafe ck_sum_of_products(
            rows: Int32(rows), columns: Int32(columns), steps: Int32(steps), left: left.base, left_row: 1,
            left_step: rows, right: right.base, right_step: columns, output: output.base, output_row: columns)
        try #require(unsafe ck_add_products(pool.pool, &task))
        return output.values
    }

    @Test("sums of products", arguments: [(5, 7, 3), (64, 64, 256), (70, 130, 300)])
    func sums(size: (rows: Int, columns: Int, steps: Int)) throws {
        let left = Self.activations(size.steps, size.rows), right = Self.activations(size.steps, size.columns)
        let expected = try Self.sum(
            .portable, 1, left, right, rows: size.rows, columns: size.columns, steps: size.steps)
        for row in 0..<size.rows {
            for column in 0..<size.columns {
                let exact = (0..<size.steps).reduce(1.0) {
                    $0 + Double(left[$1 * size.rows + row]) * Double(right[$1 * size.columns + column])
                }
                #expect(abs(Double(expected[row * size.columns + column]) - exact) < 1e-3 * (abs(exact) + 1))
            }
        }
        for (which, threads) in Self.ways {
            let found = try Self.sum(
                which, threads, left, right, rows: size.rows, columns: size.columns, steps: size.steps)
            #expect(found == expected)
        }
    }

    private struct Refused: Error {}

    private struct Rounded: Equatable {
        var bytes: [UInt8]
        var before: [Double]
        var after: [Double]
        var factor: [Float]
        var weights: [Float]
    }

    private static func round(
        _ which: Which, _ threads: Int, _ type: (type: UInt32, blockBytes: Int), _ hessian: [Float],
        _ matrix: [Float], pull: [Float], rows: Int, columns: Int
    ) throws -> Rounded {
        let pool = try #require(TestPool(which, threads: threads))
        let zeros = [Float](repeating: 0, count: columns * columns)
        let (packed, factor, weights) = (Area(zeros), Area(zeros), Area([Float](repeating: 0, count: columns)))
        let (blockFactor, blockWeights) = (Area(zeros), Area([Float](repeating: 0, count: columns)))
        var curvature = unsafe ck_curvature(
            columns: Int32(columns), hessian: packed.base, factor: factor.base, weights: weights.base,
            block_factor: blockFactor.base, block_weights: blockWeights.base)
        guard unsafe ck_factor(pool.pool, hessian, 0.01, &curvature) else { throw Refused() }
        let rowBytes = columns / 32 * type.blockBytes
        let (matrix, pull, bytes) = (Area(matrix), Area(pull), Area([UInt8](repeating: 0, count: rows * rowBytes)))
        try #require(unsafe codec_encode(type.type, matrix.base, bytes.base, rows * columns) == rows * columns)
        let none = [Double](repeating: 0, count: rows)
        let (zero, before, after) = (Area(none), Area(none), Area(none))
        var rounding = unsafe ck_rounding(
            type: Int32(type.type), rows: Int32(rows), weights: matrix.base, pull: pull.base, strength: 1, sweeps: 2,
            output: bytes.base, output_row: rowBytes, cost_of_zero: zero.base, cost_before: before.base,
            cost_after: after.base)
        try #require(unsafe ck_round(pool.pool, &rounding, &curvature))
        return Rounded(
            bytes: bytes.values, before: before.values, after: after.values, factor: factor.values,
            weights: weights.values)
    }

    @Test("rounding", arguments: types)
    func rounding(type: (type: UInt32, blockBytes: Int)) throws {
        let rows = 21, columns = 96, tokens = 400
        let activations = Self.activations(tokens, columns)
        let hessian = try Self.sum(
            .portable, 1, activations, activations, rows: columns, columns: columns, steps: tokens)
        var random = Seeded(state: UInt64(type.type))
        var matrix = (0..<rows * columns).map { _ in Float.random(in: -1...1, using: &random) }
        for column in 0..<columns { matrix[column] = 0 }  // Whatever is chosen, zeros stay zeros.
        let pull = (0..<rows * columns).map { $0 < columns ? 0 : Float.random(in: -1...1, using: &random) }
        let expected = try Self.round(
            .portable, 1, type, hessian, matrix, pull: pull, rows: rows, columns: columns)
        for (which, threads) in Self.ways {
            let found = try Self.round(
                which, threads, type, hessian, matrix, pull: pull, rows: rows, columns: columns)
            #expect(found == expected, "\(which), \(threads) threads")
        }
        // What is claimed to be left is what the bytes leave, by the definition of the cost.
        var decoded = [Float](repeating: 0, count: rows * columns)
        let isDecoded = unsafe codec_decode(type.type, expected.bytes, &decoded, rows * columns)
        #expect(isDecoded)
        #expect(decoded[..<columns].allSatisfy { $0 == 0 })
        #expect(zip(expected.before, expected.after).allSatisfy { $1 <= $0 })
        #expect(expected.after.reduce(0, +) < expected.before.reduce(0, +) * 0.9)
    }

    @Test("the factors multiply to what they were made of, and what isn't positive is refused")
    func factoring() throws {
        let columns = 96, tokens = 300
        let activations = Self.activations(tokens, columns)
        var hessian = try Self.sum(
            .portable, 1, activations, activations, rows: columns, columns: columns, steps: tokens)
        let matrix = [Float](repeating: 0.5, count: columns)
        let made = try Self.round(
            .fastest, 2, Self.types[0], hessian, matrix, pull: matrix.map { $0 * 0 }, rows: 1, columns: columns)
        func factor(_ row: Int, _ column: Int) -> Double {
            Double(made.factor[(column / 32 * columns + row) * 32 + column % 32])
        }
        let mean = (0..<columns).reduce(0.0) { $0 + Double(hessian[$1 * columns + $1]) } / Double(columns)
        for row in 0..<columns {
            for column in row..<columns {
                let product = (column..<columns).reduce(0.0) {
                    $0 + factor(row, $1) * Double(made.weights[$1]) * factor(column, $1)
                }
                let wanted = Double(hessian[row * columns + column]) + (row == column ? mean * 0.01 : 0)
                #expect(abs(product - wanted) < mean * 1e-4)
            }
        }
        hessian[5 * columns + 5] = -1e9
        #expect(throws: Refused.self) {
            try Self.round(
                .fastest, 1, Self.types[0], hessian, matrix, pull: matrix, rows: 1, columns: columns)
        }
    }
}
