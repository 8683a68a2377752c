extension Session {
    /// Takes a batch through all layers; leaves the last one's output in `residual`.
    func forward(_ tokens: ArraySlice<Int32>) throws(InferenceError) {
        let (shape, count) = (model.shape, tokens.count)
        for (row, token) in tokens.enumerated() {
            guard token >= 0, token < shape.vocabulary else {
                throw .tokenOutOfRange(token, vocabulary: shape.vocabulary)
            }
            model.weights.embedding.widen(row: Int(token), into: scratch.residual, at: row * shape.embedding)
        }
        if shape.embeddingScale != 1 {
            pool.scale(scratch.residual, by: shape.embeddingScale, count: count * shape.embedding)
        }
        for (rotary, table) in zip(shape.rotaries, scratch.angles) {
            fillAngles(
                table, first: position, tokens: count, dimensions: shape.rotated, rotary: rotary,
                factors: vectors.rotaryFactors)
        }
        for (index, layer) in shape.layers.enumerated() {
            try attend(index, layer, count)
            try feedForward(index, count)
        }
    }

    /// residual += norm(output · attention(rotated norm(queries), rotated norm(keys), values))
    private func attend(_ index: Int, _ layer: ModelShape.Layer, _ count: Int) throws(InferenceError) {
        let (shape, weights, vectors) = (model.shape, model.weights.layers[index], vectors.layers[index])
        try pool.rmsNorm(
            scratch.residual, tokens: count, weights: vectors.attentionNorm, epsilon: shape.epsilon,
            into: scratch.normed)
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
        caches[index].store(keys: scratch.keys, values: scratch.values, tokens: count, first: position)
        try pool.attend(
            queries: scratch.queries, tokens: count, first: position, cache: caches[index], shape: shape,
            window: layer.window, scores: scratch.scores, into: scratch.attended)
        try pool.multiply(
            scratch.attended, tokens: count,
            with: [.init(weights.attentionOutput, into: scratch.normed, tokens: count)], codes: scratch.codes)
        try join(vectors.attentionOutputNorm, count)
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

    /// residual += norm(down · (activation(gate · x) ⊙ (up · x))), x being the normed residual
    private func feedForward(_ index: Int, _ count: Int) throws(InferenceError) {
        let (shape, weights, vectors) = (model.shape, model.weights.layers[index], vectors.layers[index])
        try pool.rmsNorm(
            scratch.residual, tokens: count, weights: vectors.feedForwardNorm, epsilon: shape.epsilon,
            into: scratch.normed)
        try pool.multiply(
            scratch.normed, tokens: count,
            with: [
                .init(weights.gate, into: scratch.gate, tokens: count),
                .init(weights.up, into: scratch.up, tokens: count),
            ],
            codes: scratch.codes)
        pool.activate(
            shape.architecture.activation, gate: scratch.gate, up: scratch.up, count: count * shape.feedForward)
        try pool.multiply(
            scratch.gate, tokens: count, with: [.init(weights.down, into: scratch.normed, tokens: count)],
            codes: scratch.codes)
        try join(vectors.feedForwardOutputNorm, count)
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
