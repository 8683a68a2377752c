internal import CKernels

/// The kernels with the threads that run them. Each call returns when its work is done.
@safe struct KernelPool: ~Copyable {
    /// How many threads may be asked for.
    static let threadCounts = 1...1024

    @unsafe let pool: OpaquePointer
    let threads: Int

    init(threads: Int, kernels: KernelSet) throws(InferenceError) {
        unsafe pool = try Self.create(threads, kernels)
        self.threads = threads
    }

    private static func create(_ threads: Int, _ kernels: KernelSet) throws(InferenceError) -> OpaquePointer {
        guard let table = unsafe kernels.table else { throw .unsupported("kernels \(kernels.rawValue) on this CPU") }
        guard threadCounts.contains(threads), let pool = unsafe ck_pool_create(Int32(threads), table) else {
            throw .noThreads(threads)
        }
        return unsafe pool
    }

    deinit { unsafe ck_pool_destroy(pool) }

    /// One matrix of a product and where its results go: output[token * matrix.rows + row].
    struct Factor {
        let matrix: Matrix
        let output: UInt

        init(_ matrix: Matrix, into output: FloatBuffer, tokens: Int) {
            self.matrix = matrix
            self.output = unsafe UInt(bitPattern: output.address(0, tokens * matrix.rows))
        }
    }

    /// Multiplies the `tokens` rows of `values`, beginning at row `first`, with each matrix.
    func multiply(
        _ values: FloatBuffer, first: Int = 0, tokens: Int, with factors: [Factor],
        codes: CodeBuffer
    ) throws(InferenceError) {
        let columns = factors[0].matrix.columns
        precondition(factors.allSatisfy { $0.matrix.columns == columns })
        precondition(CodeBuffer.inGroups(tokens) * columns <= codes.capacity)
        var activations = unsafe ck_activations(
            tokens: Int32(tokens), columns: Int32(columns),
            values: values.address(first * columns, tokens * columns),
            codes: codes.codes, scales: codes.scales, sums: codes.sums)
        if factors.contains(where: \.matrix.isQuantized) {
            guard unsafe ck_quantize(pool, &activations) else { throw .notFinite }
        }
        let products = unsafe factors.map { factor in
            // `Factor` checked the output's size when it took the address.
            unsafe ck_product(
                type: Int32(factor.matrix.type.rawValue), rows: Int32(factor.matrix.rows), columns: Int32(columns),
                data: factor.matrix.data,
                output: UnsafeMutablePointer(bitPattern: factor.output).unsafelyUnwrapped,
                stride: Int32(factor.matrix.rows))
        }
        unsafe ck_multiply(pool, products, Int32(products.count), &activations)
    }

    /// Each row of `values` by the reciprocal of its root mean square, times `weights`.
    func rmsNorm(
        _ values: FloatBuffer, first: Int = 0, tokens: Int, weights: FloatBuffer, epsilon: Float,
        into output: FloatBuffer
    ) throws(InferenceError) {
        let columns = weights.count
        let finite = unsafe ck_rms_norm(
            pool, values.address(first * columns, tokens * columns), weights.base, epsilon, Int32(tokens),
            Int32(columns), output.address(0, tokens * columns))
        guard finite else { throw .notFinite }
    }

    func add(_ other: FloatBuffer, to values: FloatBuffer, count: Int) {
        unsafe ck_add(pool, values.address(0, count), other.address(0, count), count)
    }

    /// Adds `bias` to each of `tokens` rows.
    func addBias(_ bias: FloatBuffer, to values: FloatBuffer, tokens: Int) {
        unsafe ck_add_bias(
            pool, values.address(0, tokens * bias.count), bias.base, Int32(tokens), Int32(bias.count))
    }

    func scale(_ values: FloatBuffer, by factor: Float, count: Int) {
        unsafe ck_scale(pool, values.address(0, count), factor, count)
    }

    /// tanh(value / cap) · cap
    func softCap(_ values: FloatBuffer, at cap: Float, count: Int) {
        unsafe ck_soft_cap(pool, values.address(0, count), cap, count)
    }

    /// gate ← activation(gate) ⊙ up
    func activate(
        _ activation: Architecture.Activation, gate: FloatBuffer, up: FloatBuffer, count: Int
    ) {
        switch activation {
        case .silu: unsafe ck_swiglu(pool, gate.address(0, count), up.address(0, count), count)
        case .gelu: unsafe ck_geglu(pool, gate.address(0, count), up.address(0, count), count)
        }
    }

    /// Rotates `tokens` × `heads` × `size` values by the table's angles for those tokens.
    func rotate(
        _ values: FloatBuffer, tokens: Int, heads: Int, size: Int, dimensions: Int,
        pairs: Architecture.RotaryPairs, angles: FloatBuffer
    ) {
        let rotation = pairs == .neighbours ? CK_NEIGHBOURS : CK_HALVES
        unsafe ck_rotate(
            pool, values.address(0, tokens * heads * size), Int32(tokens), Int32(heads * size), Int32(heads),
            Int32(size), Int32(dimensions), Int32(rotation.rawValue), angles.address(0, tokens * dimensions))
    }

    /// Attention of each run's queries over its own cache of layer `index`; a query sees `window` positions, or all
    /// before it where that is 0.
    func attend(
        queries: FloatBuffer, runs: [Run], layer index: Int, shape: ModelShape, window: Int, scores: FloatBuffer,
        into output: FloatBuffer
    ) throws(InferenceError) {
        let tasks = unsafe runs.map { run in
            let cache = run.caches[index], width = shape.heads * cache.headSize
            precondition(run.position + run.count <= cache.capacity && cache.capacity == runs[0].caches[index].capacity)
            return unsafe ck_attention_task(
                tokens: Int32(run.count), first: Int32(run.position), heads: Int32(shape.heads),
                key_value_heads: Int32(cache.heads), head_size: Int32(cache.headSize),
                capacity: Int32(cache.capacity), window: Int32(window), scale: shape.attentionScale,
                soft_cap: shape.attentionCap, queries: queries.address(run.row * width, run.count * width),
                keys: cache.keys.base, values: cache.values.base,
                output: output.address(run.row * width, run.count * width),
                scores: scores.address(0, threads * (cache.capacity + 8)))
        }
        guard unsafe ck_attentions(pool, tasks, Int32(tasks.count)) else { throw .notFinite }
    }
}

/// One layer's keys and values, [heads][capacity][head size] each.
struct LayerCache {
    let heads: Int
    let headSize: Int
    let capacity: Int
    let keys: FloatBuffer
    let values: FloatBuffer

    init(heads: Int, headSize: Int, capacity: Int) throws(InferenceError) {
        self.heads = heads
        self.headSize = headSize
        self.capacity = capacity
        keys = try FloatBuffer(count: heads * headSize * capacity)
        values = try FloatBuffer(count: heads * headSize * capacity)
    }

    /// Keeps a run's rows of keys and values.
    func store(keys newKeys: FloatBuffer, values newValues: FloatBuffer, of run: Run) {
        precondition(run.position + run.count <= capacity)
        let (start, count) = (run.row * heads * headSize, run.count * heads * headSize)
        unsafe ck_store(
            newKeys.address(start, count), Int32(run.count), Int32(heads), Int32(headSize), Int32(run.position),
            Int32(capacity), keys.base)
        unsafe ck_store(
            newValues.address(start, count), Int32(run.count), Int32(heads), Int32(headSize), Int32(run.position),
            Int32(capacity), values.base)
    }

    /// Takes the first `count` positions of `other`, which has the same form.
    func copy(_ count: Int, of other: LayerCache) {
        for head in 0..<heads {
            let start = head * capacity * headSize
            keys.copy(count * headSize, of: other.keys, from: start, to: start)
            values.copy(count * headSize, of: other.values, from: start, to: start)
        }
    }
}

/// Fills rows `row` and up of `table` with cosines and sines for `tokens` positions from `first`; `factors` slow each
/// pair where they are.
func fillAngles(
    _ table: FloatBuffer, row: Int = 0, first: Int, tokens: Int, dimensions: Int, rotary: ModelShape.Rotary,
    factors: FloatBuffer?
) {
    // These are dimensions / 2 factors: their tensor's shape was checked.
    unsafe ck_rotary_table(
        Int32(first), Int32(tokens), Int32(dimensions), rotary.base, rotary.scale, factors?.base,
        table.address(row * dimensions, tokens * dimensions))
}

extension Span<Float> {
    /// The index of the largest value; the first of several.
    package var indexOfMaximum: Int {
        unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe Int(ck_argmax(base, Int32(buffer.count)))
        }
    }

    /// How far the distribution of `other`'s logits lies from this one's: Σ p · ln(p / q), in nats. Of the same count.
    package func divergence(of other: Span<Float>) -> Double {
        precondition(count == other.count)
        return unsafe withUnsafeBufferPointer { reference in
            unsafe other.withUnsafeBufferPointer { values in
                guard let reference = reference.baseAddress, let base = values.baseAddress else { return 0 }
                return unsafe ck_divergence(reference, base, Int32(values.count))
            }
        }
    }

    /// ln Σ exp(value), in double.
    package var logSumExp: Double {
        unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return -.infinity }
            return unsafe ck_log_sum_exp(base, Int32(buffer.count))
        }
    }

    var isFinite: Bool {
        unsafe withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return true }
            return unsafe ck_all_finite(base, buffer.count)
        }
    }
}
