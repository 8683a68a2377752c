extension LanguageModel.Session {
    /// Takes the session's next tokens through all layers; leaves the last one's output in `residual`.
    func forward(_ tokens: ArraySlice<Int32>) throws(InferenceError) {
        prepareAngles(tokens.count)
        try forward(tokens, [next(tokens.count)])
    }

    /// The session's own next `count` tokens.
    private func next(_ count: Int) -> Run { Run(caches: caches, position: position, row: 0, count: count) }

    /// Takes the tokens of one or more sequences through all layers; their rotations are prepared.
    func forward(_ tokens: ArraySlice<Int32>, _ runs: [Run]) throws(InferenceError) {
        try embed(tokens, from: model.weights.embedding)
        for (index, weights) in model.weights.layers.enumerated() {
            try enterAttention(index, tokens.count)
            try attend(index, weights, tokens.count, runs)
            try leaveAttention(index, weights, tokens.count)
            try enterFeedForward(index, tokens.count)
            try feedForward(weights, tokens.count)
            try leaveFeedForward(index, weights, tokens.count)
        }
    }

    /// residual = the tokens' rows of `embedding`
    func embed(_ tokens: ArraySlice<Int32>, from embedding: Matrix) throws(InferenceError) {
        let shape = model.shape
        for (row, token) in tokens.enumerated() {
            guard token >= 0, token < shape.vocabulary else {
                throw .tokenOutOfRange(token, vocabulary: shape.vocabulary)
            }
            embedding.widen(row: Int(token), into: scratch.residual, at: row * shape.embedding)
        }
        if shape.embeddingScale != 1 {
            pool.scale(scratch.residual, by: shape.embeddingScale, count: tokens.count * shape.embedding)
        }
    }

    /// The rotations of the next `count` positions.
    func prepareAngles(_ count: Int) {
        let shape = model.shape
        for (rotary, table) in zip(shape.rotaries, scratch.angles) {
            fillAngles(
                table, first: position, tokens: count, dimensions: shape.rotated, rotary: rotary,
                factors: vectors.rotaryFactors)
        }
    }

    /// normed = norm(residual)
    func enterAttention(_ index: Int, _ count: Int) throws(InferenceError) {
        try pool.rmsNorm(
            scratch.residual, tokens: count, weights: vectors.layers[index].attentionNorm,
            epsilon: model.shape.epsilon, into: scratch.normed)
    }

    /// The same for the session's own next `count` tokens.
    func attend(_ index: Int, _ weights: ModelWeights.Layer, _ count: Int) throws(InferenceError) {
        try attend(index, weights, count, [next(count)])
    }

    /// attended = attention(rotated norm(queries), rotated norm(keys), values), all three from normed
    func attend(_ index: Int, _ weights: ModelWeights.Layer, _ count: Int, _ runs: [Run]) throws(InferenceError) {
        let (shape, layer, vectors) = (model.shape, model.shape.layers[index], vectors.layers[index])
        try pool.multiply(
            scratch.normed, tokens: count,
            with: [
                .init(weights.query, into: scratch.queries, tokens: count),
                .init(weights.key, into: scratch.keys, tokens: count),
                .init(weights.value, into: scratch.values, tokens: count),
            ], codes: scratch.codes)
        if let bias = vectors.valueBias { pool.addBias(bias, to: scratch.values, tokens: count) }
        try turn(scratch.queries, shape.heads, vectors.queryBias, vectors.queryNorm, layer, count)
        try turn(scratch.keys, shape.keyValueHeads, vectors.keyBias, vectors.keyNorm, layer, count)
        for run in runs { run.caches[index].store(keys: scratch.keys, values: scratch.values, of: run) }
        try pool.attend(
            queries: scratch.queries, runs: runs, layer: index, shape: shape, window: layer.window,
            scores: scratch.scores, into: scratch.attended)
    }

    /// residual += norm(output · attended)
    func leaveAttention(_ index: Int, _ weights: ModelWeights.Layer, _ count: Int) throws(InferenceError) {
        try pool.multiply(
            scratch.attended, tokens: count,
            with: [.init(weights.attentionOutput, into: scratch.normed, tokens: count)], codes: scratch.codes)
        try join(vectors.layers[index].attentionOutputNorm, count)
    }

    /// Adds the bias, norms each head and rotates, as far as the architecture does.
    private func turn(
        _ values: FloatBuffer, _ heads: Int, _ bias: FloatBuffer?, _ norm: FloatBuffer?,
        _ layer: ModelShape.Layer, _ count: Int
    ) throws(InferenceError) {
        let shape = model.shape
        if let bias { pool.addBias(bias, to: values, tokens: count) }
        if let norm {
            try pool.rmsNorm(
                values, tokens: count * heads, weights: norm, epsilon: shape.epsilon, into: values)
        }
        pool.rotate(
            values, tokens: count, heads: heads, size: shape.headSize, dimensions: shape.rotated,
            pairs: shape.architecture.rotaryPairs, angles: scratch.angles[layer.rotary])
    }

    /// normed = norm(residual)
    func enterFeedForward(_ index: Int, _ count: Int) throws(InferenceError) {
        try pool.rmsNorm(
            scratch.residual, tokens: count, weights: vectors.layers[index].feedForwardNorm,
            epsilon: model.shape.epsilon, into: scratch.normed)
    }

    /// gate = activation(gate · normed) ⊙ (up · normed)
    func feedForward(_ weights: ModelWeights.Layer, _ count: Int) throws(InferenceError) {
        let shape = model.shape
        try pool.multiply(
            scratch.normed, tokens: count,
            with: [
                .init(weights.gate, into: scratch.gate, tokens: count),
                .init(weights.up, into: scratch.up, tokens: count),
            ],
            codes: scratch.codes)
        pool.activate(
            shape.architecture.activation, gate: scratch.gate, up: scratch.up, count: count * shape.feedForward)
    }

    /// residual += norm(down · gate)
    func leaveFeedForward(_ index: Int, _ weights: ModelWeights.Layer, _ count: Int) throws(InferenceError) {
        try pool.multiply(
            scratch.gate, tokens: count, with: [.init(weights.down, into: scratch.normed, tokens: count)],
            codes: scratch.codes)
        try join(vectors.layers[index].feedForwardOutputNorm, count)
    }

    /// residual += normed, normed once more where the architecture does
    private func join(_ norm: FloatBuffer?, _ count: Int) throws(InferenceError) {
        if let norm {
            try pool.rmsNorm(
                scratch.normed, tokens: count, weights: norm, epsilon: model.shape.epsilon, into: scratch.normed)
        }
        pool.add(scratch.normed, to: scratch.residual, count: count * model.shape.embedding)
    }
}
