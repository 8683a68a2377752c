import CKernels
import Foundation
import Testing

/// Seeded random numbers (SplitMix64), so that a failure can be run again.
struct Seeded: RandomNumberGenerator {
    var state: UInt64
    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var z = state
        z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
        z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
        return z ^ (z >> 31)
    }
}

/// The sets of kernels, by the names that C gives them.
enum Which: String, CaseIterable {
    case portable, avx2, avx512, neon
    case neonDotProduct = "neon-dotprod"

    /// Those that run on this CPU.
    static var here: [Which] { allCases.filter { unsafe $0.kernels != nil } }

    /// The last of them: `ck_fastest` chooses it too.
    static var fastest: Which { here.last ?? .portable }

    @unsafe var kernels: OpaquePointer? { unsafe ck_named(rawValue) }
}

/// A pool that a test owns.
@safe final class TestPool {
    let pool: OpaquePointer

    init?(_ which: Which, threads: Int) {
        guard let kernels = unsafe which.kernels, let pool = unsafe ck_pool_create(Int32(threads), kernels)
        else { return nil }
        unsafe self.pool = unsafe pool
    }

    deinit { unsafe ck_pool_destroy(pool) }
}

@Suite("All kernels give the bits of the portable ones")
struct KernelAgreementTests {
    @Test(
        "attention over any number of positions, in windows, with and without a soft cap",
        arguments: [(1, 0), (1, 6), (1, 7), (3, 15), (9, 100)],
        [(0, 64, 0), (0, 6, 0.5), (1, 64, 0), (5, 72, 1.5), (8, 64, 0), (20, 72, 1.5), (20, 6, 0.5)])
    func attention(at: (tokens: Int, first: Int), of head: (window: Int, size: Int, cap: Float)) {
        var random = Seeded(state: 7)
        let (tokens, first, size, window) = (at.tokens, at.first, head.size, head.window)
        let (heads, shared, capacity) = (4, 2, 128)
        let queries = floats(tokens * heads * size, &random)
        let keys = floats(shared * capacity * size, &random)
        let values = floats(shared * capacity * size, &random)
        func run(_ which: Which, _ threads: Int) -> [UInt32] {
            var output = [Float](repeating: 0, count: tokens * heads * size)
            var scores = [Float](repeating: 0, count: Int(threads) * (capacity + 8))
            guard let pool = TestPool(which, threads: threads) else { return [] }
            let finite = unsafe output.withUnsafeMutableBufferPointer { output in
                unsafe scores.withUnsafeMutableBufferPointer { scores in
                    unsafe queries.withUnsafeBufferPointer { queries in
                        unsafe keys.withUnsafeBufferPointer { keys in
                            unsafe values.withUnsafeBufferPointer { values in
                                var task = unsafe ck_attention_task(
                                    tokens: Int32(tokens), first: Int32(first), heads: Int32(heads),
                                    key_value_heads: Int32(shared), head_size: Int32(size),
                                    capacity: Int32(capacity), window: Int32(window), scale: 0.25,
                                    soft_cap: head.cap, queries: queries.baseAddress.unsafelyUnwrapped,
                                    keys: keys.baseAddress.unsafelyUnwrapped,
                                    values: values.baseAddress.unsafelyUnwrapped,
                                    output: output.baseAddress.unsafelyUnwrapped,
                                    scores: scores.baseAddress.unsafelyUnwrapped)
                                return unsafe ck_attention(pool.pool, &task)
                            }
                        }
                    }
                }
            }
            #expect(finite)
            return output.map(\.bitPattern)
        }
        let expected = run(.portable, 1)
        for which in Which.here {
            #expect(run(which, 1) == expected)
            #expect(run(which, 3) == expected)
        }
        // The last query's first head, in double and straight from the definition.
        let position = first + tokens - 1
        let seen = (window > 0 ? max(0, position - window + 1) : 0)...position
        let query = queries[(tokens - 1) * heads * size..<((tokens - 1) * heads + 1) * size].map(Double.init)
        let weights = seen.map { j in
            let product = zip(query, keys[j * size..<(j + 1) * size]).map { $0 * Double($1) }.reduce(0, +) * 0.25
            return exp(head.cap > 0 ? Double(head.cap) * tanh(product / Double(head.cap)) : product)
        }
        for i in 0..<size {
            let sum = zip(seen, weights).map { Double(values[$0 * size + i]) * $1 }.reduce(0, +)
            let found = Float(bitPattern: expected[(tokens - 1) * heads * size + i])
            #expect(abs(Double(found) - sum / weights.reduce(0, +)) < 1e-5)
        }
    }

    @Test("rotation turns neighbours, or halves", arguments: [(8, 8), (8, 4)])
    func rotation(size: Int, dimensions: Int) throws {
        var random = Seeded(state: 5)
        let (tokens, heads) = (3, 2)
        let values = floats(tokens * heads * size, &random)
        let angles = floats(tokens * dimensions, &random)
        let pool = try #require(TestPool(.portable, threads: 2))
        for rotation in [CK_NEIGHBOURS, CK_HALVES] {
            var found = values
            unsafe ck_rotate(
                pool.pool, &found, Int32(tokens), Int32(heads * size), Int32(heads), Int32(size), Int32(dimensions),
                Int32(rotation.rawValue), angles)
            var expected = values
            for (row, start) in stride(from: 0, to: values.count, by: size).enumerated() {
                for pair in 0..<dimensions / 2 {
                    let (a, b) = rotation == CK_HALVES ? (pair, pair + dimensions / 2) : (2 * pair, 2 * pair + 1)
                    let (x, y) = (values[start + a], values[start + b])
                    let at = row / heads * dimensions + 2 * pair
                    expected[start + a] = x * angles[at] - y * angles[at + 1]
                    expected[start + b] = x * angles[at + 1] + y * angles[at]
                }
            }
            #expect(found == expected)
        }
    }

    @Test("norms, gates, biases, scales and caps", arguments: [8, 63, 64, 576, 9000])
    func elementwise(columns: Int) {
        var random = Seeded(state: 3)
        let x = floats(columns * 3, &random)
        let weights = floats(columns, &random)
        func run(_ which: Which) -> [UInt32] {
            guard let pool = TestPool(which, threads: 2) else { return [] }
            var normed = [Float](repeating: 0, count: x.count)
            #expect(unsafe ck_rms_norm(pool.pool, x, weights, 1e-5, 3, Int32(columns), &normed))
            var gate = x.map { $0 * 30 }
            unsafe ck_swiglu(pool.pool, &gate, normed, gate.count)
            var other = x.map { $0 * 3 }
            unsafe ck_geglu(pool.pool, &other, normed, other.count)
            unsafe ck_add_bias(pool.pool, &normed, weights, 3, Int32(columns))
            unsafe ck_scale(pool.pool, &normed, 25.25, normed.count)
            unsafe ck_soft_cap(pool.pool, &normed, 30, normed.count)
            return (normed + gate + other).map(\.bitPattern)
        }
        for which in Which.here { #expect(run(which) == run(.portable)) }
    }

    @Test("gelu is x/2 (1 + tanh(√(2/π) (x + 0.044715 x³))); a soft cap bounds; a bias is every token's")
    func definitions() throws {
        let pool = try #require(TestPool(.portable, threads: 1))
        let x = (0..<2001).map { Float($0 - 1000) / 100 }
        var gated = x
        unsafe ck_geglu(pool.pool, &gated, [Float](repeating: 2, count: x.count), x.count)
        var capped = x
        unsafe ck_soft_cap(pool.pool, &capped, 4, x.count)
        for (index, value) in x.map(Double.init).enumerated() {
            let gelu = value / 2 * (1 + tanh((2 / Double.pi).squareRoot() * (value + 0.044715 * value * value * value)))
            #expect(abs(Double(gated[index]) - 2 * gelu) < 1e-6 * max(1, abs(value)))
            #expect(abs(Double(capped[index]) - 4 * tanh(value / 4)) < 1e-6)
        }
        var biased: [Float] = [1, 2, 3, 4]
        unsafe ck_add_bias(pool.pool, &biased, [10, 20], 2, 2)
        #expect(biased == [11, 22, 13, 24])
    }

    @Test("what isn't finite is found", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        for which in Which.here {
            for tokens in [1, 9] {
                var values = [Float](repeating: 1, count: tokens * 64)
                values[tokens * 64 - 5] = value
                let pool = try #require(TestPool(which, threads: 1))
                var output = [Float](repeating: 0, count: values.count)
                let weights = [Float](repeating: 1, count: 64)
                #expect(unsafe !ck_rms_norm(pool.pool, values, weights, 0, Int32(tokens), 64, &output))
                #expect(quantized(values, tokens, 64, pool) == nil)
                #expect(unsafe !ck_all_finite(values, values.count))
            }
        }
    }

    // MARK: Making rows

    private func floats(_ count: Int, _ random: inout Seeded) -> [Float] {
        (0..<count).map { _ in Float.random(in: -2...2, using: &random) }
    }

    // MARK: Calling C

    private func quantized(_ values: [Float], _ tokens: Int, _ columns: Int, _ pool: TestPool) -> Codes? {
        let padded = (tokens + 15) / 16 * 16 * columns
        var codes = Codes(
            codes: .init(repeating: 99, count: padded), scales: .init(repeating: .nan, count: padded / 32),
            sums: .init(repeating: 99, count: padded / 16))
        let finite = unsafe values.withUnsafeBufferPointer { values in
            unsafe codes.use(values, tokens, columns) { unsafe ck_quantize(pool.pool, &$0) }
        }
        return finite ? codes : nil
    }
}

struct Codes {
    var codes: [Int8]
    var scales: [Float]
    var sums: [Int32]

    mutating func use<Result>(
        _ values: UnsafeBufferPointer<Float>, _ tokens: Int, _ columns: Int, _ body: (inout ck_activations) -> Result
    ) -> Result {
        unsafe codes.withUnsafeMutableBufferPointer { codes in
            unsafe scales.withUnsafeMutableBufferPointer { scales in
                unsafe sums.withUnsafeMutableBufferPointer { sums in
                    var activations = unsafe ck_activations(
                        tokens: Int32(tokens), columns: Int32(columns), values: values.baseAddress.unsafelyUnwrapped,
                        codes: codes.baseAddress.unsafelyUnwrapped, scales: scales.baseAddress.unsafelyUnwrapped,
                        sums: sums.baseAddress.unsafelyUnwrapped)
                    return unsafe body(&activations)
                }
            }
        }
    }
}
