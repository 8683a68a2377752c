/// Where a batch is computed: one row for each token.
struct Scratch {
    /// Tokens that fit.
    let batch: Int
    let residual: FloatBuffer
    let normed: FloatBuffer
    let queries: FloatBuffer
    let keys: FloatBuffer
    let values: FloatBuffer
    let attended: FloatBuffer
    let gate: FloatBuffer
    let up: FloatBuffer
    /// For each of the model's rotations: [token][pair][cosine, sine].
    let angles: [FloatBuffer]
    let codes: CodeBuffer
    /// A row of scores for each thread.
    let scores: FloatBuffer
    /// The logits of `logitRows` tokens.
    let logits: FloatBuffer
    let logitRows: Int

    init(_ shape: ModelShape, batch: Int, capacity: Int, threads: Int) throws(InferenceError) {
        self.batch = batch
        let width = shape.embedding
        let queryWidth = shape.heads * shape.headSize
        let keyWidth = shape.keyValueHeads * shape.headSize
        residual = try FloatBuffer(count: batch * width)
        normed = try FloatBuffer(count: batch * width)
        queries = try FloatBuffer(count: batch * queryWidth)
        keys = try FloatBuffer(count: batch * keyWidth)
        values = try FloatBuffer(count: batch * keyWidth)
        attended = try FloatBuffer(count: batch * queryWidth)
        gate = try FloatBuffer(count: batch * shape.feedForward)
        up = try FloatBuffer(count: batch * shape.feedForward)
        angles = try shape.rotaries.map { _ throws(InferenceError) in
            try FloatBuffer(count: batch * shape.rotated)
        }
        codes = CodeBuffer(tokens: batch, columns: max(width, queryWidth, shape.feedForward))
        scores = try FloatBuffer(count: threads * (capacity + 8))
        logitRows = min(batch, 32)
        logits = try FloatBuffer(count: logitRows * shape.vocabulary)
    }
}
