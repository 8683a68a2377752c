import CKernels
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

enum Which: CaseIterable {
    case portable, fastest
}

/// A pool that a test owns.
@safe final class TestPool {
    let pool: OpaquePointer

    init?(_ which: Which, threads: Int) {
        guard let pool = unsafe ck_pool_create(Int32(threads), which == .portable ? ck_portable() : ck_fastest())
        else { return nil }
        unsafe self.pool = unsafe pool
    }

    deinit { unsafe ck_pool_destroy(pool) }
}

enum Content: String, CaseIterable {
    case ordinary, zeros, subnormal, largest, mixed
}

private let types = [CK_F32, CK_F16, CK_BF16, CK_Q8_0, CK_Q4_0, CK_Q4_1]

@Suite("All kernels give the bits of the portable ones")
struct KernelAgreementTests {
    @Test(
        "products, whatever the type, the tokens and the threads",
        arguments: types, [(1, 32, 8), (1, 576, 19), (2, 64, 3), (8, 256, 16), (9, 96, 9), (33, 576, 21), (70, 32, 5)])
    func products(type: ck_type, size: (tokens: Int, columns: Int, rows: Int)) throws {
        for (seed, content) in Content.allCases.enumerated() {
            var random = Seeded(state: UInt64(seed * 1000 + size.tokens))
            let weights = weightRows(type, size.rows, size.columns, content, &random)
            let values = activations(size.tokens * size.columns, content, &random)
            let expected = try multiply(.portable, 1, type, weights, values, size)
            for threads in [1, 2, 3] {
                let found = try multiply(.fastest, threads, type, weights, values, size)
                #expect(found == expected, "\(content), \(threads) threads, seed \(seed)")
            }
            // A batch is nothing but its tokens.
            for token in 0..<size.tokens {
                let alone = Array(values[token * size.columns..<(token + 1) * size.columns])
                let one = try multiply(.fastest, 1, type, weights, alone, (1, size.columns, size.rows))
                #expect(one == Array(expected[token * size.rows..<(token + 1) * size.rows]))
            }
        }
    }

    @Test("attention over any number of positions", arguments: [(1, 0), (1, 6), (1, 7), (3, 15), (9, 100)])
    func attention(tokens: Int, first: Int) {
        var random = Seeded(state: 7)
        let (heads, shared, size, capacity) = (4, 2, 64, 128)
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
                                    capacity: Int32(capacity), queries: queries.baseAddress.unsafelyUnwrapped,
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
        #expect(run(.fastest, 1) == expected)
        #expect(run(.fastest, 3) == expected)
    }

    @Test("norms and gates", arguments: [8, 63, 64, 576])
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
            return (normed + gate).map(\.bitPattern)
        }
        #expect(run(.fastest) == run(.portable))
    }

    @Test("what isn't finite is found", arguments: [Float.nan, .infinity, -.infinity])
    func notFinite(value: Float) throws {
        for which in Which.allCases {
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

    private func activations(_ count: Int, _ content: Content, _ random: inout Seeded) -> [Float] {
        (0..<count).map { index in
            let value = Float.random(in: -3...3, using: &random)
            switch content {
            case .ordinary: return value
            case .zeros: return index.isMultiple(of: 2) ? 0 : -0.0
            case .subnormal: return value * 0x1p-126
            case .largest: return value * 0x1p60
            case .mixed: return index / 32 % 3 == 0 ? 0 : value * (index % 7 == 0 ? 1e6 : 1e-6)
            }
        }
    }

    private func weightRows(
        _ type: ck_type, _ rows: Int, _ columns: Int, _ content: Content, _ random: inout Seeded
    ) -> [UInt8] {
        func half() -> UInt16 {
            let value = Float16(Float.random(in: -1...1, using: &random))
            switch content {
            case .zeros: return 0
            case .subnormal: return UInt16.random(in: 0...0x3ff, using: &random)
            case .largest: return Float16.greatestFiniteMagnitude.bitPattern
            default: return value.bitPattern
            }
        }
        var bytes: [UInt8] = []
        func append16(_ value: UInt16) { bytes += [UInt8(value & 255), UInt8(value >> 8)] }
        if type == CK_F32 || type == CK_F16 || type == CK_BF16 {
            for _ in 0..<rows * columns {
                let bits = half()
                let value = Float(Float16(bitPattern: bits))
                switch type {
                case CK_F16: append16(bits)
                case CK_BF16: append16(UInt16(value.bitPattern >> 16))
                default: bytes += (0..<4).map { UInt8(value.bitPattern >> (8 * $0) & 255) }
                }
            }
            return bytes
        }
        for _ in 0..<rows * columns / 32 {
            append16(half())
            if type == CK_Q4_1 { append16(half()) }
            for _ in 0..<(type == CK_Q8_0 ? 32 : 16) {
                bytes.append(content == .largest ? 0x80 : UInt8.random(in: 0...255, using: &random))
            }
        }
        return bytes
    }

    // MARK: Calling C

    private func multiply(
        _ which: Which, _ threads: Int, _ type: ck_type, _ weights: [UInt8], _ values: [Float],
        _ size: (tokens: Int, columns: Int, rows: Int)
    ) throws -> [UInt32] {
        let pool = try #require(TestPool(which, threads: threads))
        var output = [Float](repeating: .nan, count: size.tokens * size.rows)
        var codes = try #require(quantized(values, size.tokens, size.columns, pool))
        unsafe output.withUnsafeMutableBufferPointer { output in
            unsafe weights.withUnsafeBytes { weights in
                unsafe values.withUnsafeBufferPointer { values in
                    unsafe codes.use(values, size.tokens, size.columns) { activations in
                        var product = unsafe ck_product(
                            type: Int32(type.rawValue), rows: Int32(size.rows), columns: Int32(size.columns),
                            data: weights.baseAddress.unsafelyUnwrapped, output: output.baseAddress.unsafelyUnwrapped,
                            stride: Int32(size.rows))
                        unsafe ck_multiply(pool.pool, &product, 1, &activations)
                    }
                }
            }
        }
        return output.map(\.bitPattern)
    }

    private func quantized(_ values: [Float], _ tokens: Int, _ columns: Int, _ pool: TestPool) -> Codes? {
        let padded = (tokens + 7) / 8 * 8 * columns
        var codes = Codes(
            codes: .init(repeating: 99, count: padded), scales: .init(repeating: .nan, count: padded / 32),
            sums: .init(repeating: 99, count: padded / 32))
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
