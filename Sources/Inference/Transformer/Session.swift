/// A run of one model: what it has read so far, and the room to read on.
///
/// The same tokens give the same logits, bit for bit, however they are cut into calls.
package struct Session: ~Copyable {
    /// Tokens that go through the layers together.
    private static let batch = 256
    /// Positions whose logits are computed together.
    private static let logitRows = 32

    private let model: LanguageModel
    private let pool: KernelPool
    /// Tokens that fit.
    package let capacity: Int
    /// Tokens read so far.
    package private(set) var position = 0

    private let caches: [LayerCacheBox]
    private let norms: Norms
    // Scratch, one row for each token of a batch.
    private let residual: FloatBuffer
    private let normed: FloatBuffer
    private let queries: FloatBuffer
    private let keys: FloatBuffer
    private let values: FloatBuffer
    private let attended: FloatBuffer
    private let gate: FloatBuffer
    private let up: FloatBuffer
    private let angles: FloatBuffer
    private let scores: FloatBuffer
    private let logits: FloatBuffer
    private let codes: CodeBuffer

    /// Makes room for `capacity` tokens, at most the model's context.
    package init(
        model: LanguageModel, capacity: Int, threads: Int, kernels: KernelSet = .fastest
    ) throws(InferenceError) {
        let shape = model.shape
        let capacity = max(1, min(capacity, shape.contextLength))
        let tokens = min(Self.batch, capacity)
        let width = shape.embedding
        let queryWidth = shape.heads * shape.headSize
        let keyWidth = shape.keyValueHeads * shape.headSize
        self.model = model
        self.capacity = capacity
        pool = try KernelPool(threads: threads, kernels: kernels)
        caches = (0..<shape.layers).map { _ in
            LayerCacheBox(
                LayerCache(heads: shape.keyValueHeads, headSize: shape.headSize, capacity: capacity))
        }
        norms = Norms(model.weights)
        residual = FloatBuffer(count: tokens * width)
        normed = FloatBuffer(count: tokens * width)
        queries = FloatBuffer(count: tokens * queryWidth)
        keys = FloatBuffer(count: tokens * keyWidth)
        values = FloatBuffer(count: tokens * keyWidth)
        attended = FloatBuffer(count: tokens * queryWidth)
        gate = FloatBuffer(count: tokens * shape.feedForward)
        up = FloatBuffer(count: tokens * shape.feedForward)
        angles = FloatBuffer(count: tokens * shape.rotated)
        scores = FloatBuffer(count: pool.threads * (capacity + 8))
        logits = FloatBuffer(count: min(tokens, Self.logitRows) * shape.vocabulary)
        codes = CodeBuffer(tokens: tokens, columns: max(width, queryWidth, shape.feedForward))
    }

    /// Forgets what was read.
    package mutating func reset() { position = 0 }

    /// Reads `tokens` and gives `body` the logits of those from index `wanted` on, in order: the index within
    /// `tokens` and one float for each entry of the vocabulary.
    package mutating func read(
        _ tokens: [Int32], logitsFrom wanted: Int, body: (Int, Span<Float>) throws -> Void
    ) throws {
        guard position + tokens.count <= capacity else {
            throw InferenceError.contextFull(capacity: capacity, needed: position + tokens.count)
        }
        var start = 0
        while start < tokens.count {
            let count = min(Self.batch, tokens.count - start)
            try forward(tokens[start..<start + count])
            try emitLogits(from: max(wanted - start, 0), count: count) { try body(start + $0, $1) }
            position += count
            start += count
        }
    }

    /// Takes a batch through all layers; leaves the last one's output in `residual`.
    private func forward(_ tokens: ArraySlice<Int32>) throws(InferenceError) {
        let (shape, count) = (model.shape, tokens.count)
        for (row, token) in tokens.enumerated() {
            guard token >= 0, token < shape.vocabulary else {
                throw .tokenOutOfRange(token, vocabulary: shape.vocabulary)
            }
            model.weights.embedding.widen(row: Int(token), into: residual, at: row * shape.embedding)
        }
        fillAngles(angles, first: position, tokens: count, dimensions: shape.rotated, base: shape.rotaryBase)
        for index in 0..<shape.layers {
            try attend(index, count)
            try feedForward(index, count)
        }
    }

    /// residual += output · attention(rotated queries, rotated keys, values)
    private func attend(_ index: Int, _ count: Int) throws(InferenceError) {
        let (shape, layer) = (model.shape, model.weights.layers[index])
        try pool.rmsNorm(
            residual, tokens: count, weights: norms.layers[index].attention.buffer, epsilon: shape.epsilon, into: normed
        )
        try pool.multiply(
            normed, tokens: count,
            with: [
                .init(layer.query, into: queries, tokens: count),
                .init(layer.key, into: keys, tokens: count),
                .init(layer.value, into: values, tokens: count),
            ], codes: codes)
        pool.rotate(
            queries, tokens: count, heads: shape.heads, size: shape.headSize, dimensions: shape.rotated, angles: angles)
        pool.rotate(
            keys, tokens: count, heads: shape.keyValueHeads, size: shape.headSize, dimensions: shape.rotated,
            angles: angles)
        caches[index].cache.store(keys: keys, values: values, tokens: count, first: position)
        try pool.attend(
            queries: queries, tokens: count, first: position, cache: caches[index].cache, heads: shape.heads,
            scores: scores, into: attended)
        try pool.multiply(
            attended, tokens: count, with: [.init(layer.attentionOutput, into: normed, tokens: count)], codes: codes)
        pool.add(normed, to: residual, count: count * shape.embedding)
    }

    /// residual += down · (silu(gate · x) ⊙ (up · x)), x being the normed residual
    private func feedForward(_ index: Int, _ count: Int) throws(InferenceError) {
        let (shape, layer) = (model.shape, model.weights.layers[index])
        try pool.rmsNorm(
            residual, tokens: count, weights: norms.layers[index].feedForward.buffer, epsilon: shape.epsilon,
            into: normed)
        try pool.multiply(
            normed, tokens: count,
            with: [.init(layer.gate, into: gate, tokens: count), .init(layer.up, into: up, tokens: count)],
            codes: codes)
        pool.swiglu(gate: gate, up: up, count: count * shape.feedForward)
        try pool.multiply(gate, tokens: count, with: [.init(layer.down, into: normed, tokens: count)], codes: codes)
        pool.add(normed, to: residual, count: count * shape.embedding)
    }

    /// The logits of rows `first` and up of the batch in `residual`.
    private func emitLogits(from first: Int, count: Int, body: (Int, Span<Float>) throws -> Void) throws {
        let shape = model.shape
        var start = first
        while start < count {
            let rows = min(Self.logitRows, count - start)
            try pool.rmsNorm(
                residual, first: start, tokens: rows, weights: norms.output.buffer, epsilon: shape.epsilon, into: normed
            )
            try pool.multiply(
                normed, tokens: rows, with: [.init(model.weights.output, into: logits, tokens: rows)], codes: codes)
            for row in 0..<rows {
                let values = logits.values(row * shape.vocabulary, shape.vocabulary)
                guard values.isFinite else { throw InferenceError.notFinite }
                try body(start + row, values)
            }
            start += rows
        }
    }
}

/// A layer's cache in an array: arrays hold copyable values only.
private final class LayerCacheBox {
    let cache: LayerCache
    init(_ cache: consuming LayerCache) { self.cache = cache }
}

/// A norm's weights, widened.
private final class NormBox {
    let buffer: FloatBuffer
    init(_ matrix: Matrix) { buffer = matrix.widened() }
}

private struct Norms {
    let layers: [(attention: NormBox, feedForward: NormBox)]
    let output: NormBox

    init(_ weights: ModelWeights) {
        layers = weights.layers.map { (NormBox($0.attentionNorm), NormBox($0.feedForwardNorm)) }
        output = NormBox(weights.outputNorm)
    }
}
