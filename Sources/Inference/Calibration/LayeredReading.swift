/// A text going through a model stage by stage, all of its tokens at once, so that a stage's matrices can be
/// exchanged before they are used.
struct LayeredReading: ~Copyable {
    private let session: LanguageModel.Session
    private let chunks: [[Int32]]
    let tokens: Int
    private let stages: [Stage]
    private var next = 0
    /// [tokens][embedding]
    private let residual: FloatBuffer
    /// What enters the next stage's matrices: [tokens][stride], of which `columns` are used.
    let entering: FloatBuffer
    let stride: Int

    /// Begins to read `chunks`, each from an empty context; `embedding` stands in for the model's own.
    static func begin(
        _ model: LanguageModel, chunks: [[Int32]], embedding: Matrix? = nil, threads: Int, kernels: KernelSet
    ) throws(InferenceError) -> LayeredReading {
        let longest = chunks.map(\.count).max() ?? 1
        let session = try LanguageModel.Session(
            model: model, capacity: longest, batch: longest, threads: threads, kernels: kernels)
        session.prepareAngles(longest)
        let tokens = chunks.reduce(0) { $0 + $1.count }
        let stride = max(model.shape.embedding, model.shape.heads * model.shape.headSize, model.shape.feedForward)
        let residual = try FloatBuffer(count: tokens * model.shape.embedding)
        let entering = try FloatBuffer(count: tokens * stride)
        let reading = LayeredReading(session, chunks, tokens: tokens, residual, entering, stride: stride)
        try reading.begin(embedding ?? model.weights.embedding)
        return reading
    }

    private init(
        _ session: consuming LanguageModel.Session, _ chunks: [[Int32]], tokens: Int, _ residual: FloatBuffer,
        _ entering: FloatBuffer, stride: Int
    ) {
        stages = Stage.all(layers: session.model.shape.layers.count)
        self.session = session
        self.chunks = chunks
        self.tokens = tokens
        self.residual = residual
        self.entering = entering
        self.stride = stride
    }

    private func begin(_ embedding: Matrix) throws(InferenceError) {
        var first = 0
        for chunk in chunks {
            try session.embed(chunk[...], from: embedding)
            try session.enterAttention(0, chunk.count)
            keepResidual(first, chunk.count)
            keep(session.scratch.normed, embedding.columns, first, chunk.count)
            first += chunk.count
        }
    }

    /// The stage that `entering` is for; nil behind the last one.
    var stage: Stage? { next < stages.count ? stages[next] : nil }

    /// How many of a row's values are used.
    var columns: Int { columns(of: stage) }

    private func columns(of stage: Stage?) -> Int {
        guard let stage else { return session.model.shape.embedding }
        return session.model.weights.layers[stage.layer][keyPath: stage.places[0]].columns
    }

    /// Computes the stage, with `matrices` in place of the model's own, and what enters the next.
    mutating func advance(with matrices: [Matrix] = []) throws(InferenceError) {
        guard let stage else { return }
        let scratch = session.scratch
        var weights = session.model.weights.layers[stage.layer]
        for (place, matrix) in zip(stage.places, matrices) { weights[keyPath: place] = matrix }
        let following = columns(of: next + 1 < stages.count ? stages[next + 1] : nil)
        var first = 0
        for chunk in chunks {
            let count = chunk.count
            switch stage.step {
            case .attention:
                take(scratch.normed, first, count)
                try session.attend(stage.layer, weights, count)
                keep(scratch.attended, following, first, count)
            case .attentionOutput:
                take(scratch.attended, first, count)
                takeResidual(first, count)
                try session.leaveAttention(stage.layer, weights, count)
                keepResidual(first, count)
                try session.enterFeedForward(stage.layer, count)
                keep(scratch.normed, following, first, count)
            case .feedForward:
                take(scratch.normed, first, count)
                try session.feedForward(weights, count)
                keep(scratch.gate, following, first, count)
            case .feedForwardOutput:
                take(scratch.gate, first, count)
                takeResidual(first, count)
                try session.leaveFeedForward(stage.layer, weights, count)
                keepResidual(first, count)
                try session.enterNext(after: stage.layer, count)
                keep(scratch.normed, following, first, count)
            }
            first += count
        }
        next += 1
    }

    /// A place that a reading can go back to.
    struct Bookmark {
        fileprivate let next: Int
        fileprivate let residual: FloatBuffer
        fileprivate let entering: FloatBuffer
    }

    func bookmark() throws(InferenceError) -> Bookmark {
        let kept = (try FloatBuffer(count: residual.count), try FloatBuffer(count: entering.count))
        kept.0.copy(residual.count, of: residual)
        kept.1.copy(entering.count, of: entering)
        return Bookmark(next: next, residual: kept.0, entering: kept.1)
    }

    mutating func goBack(to bookmark: Bookmark) {
        next = bookmark.next
        residual.copy(residual.count, of: bookmark.residual)
        entering.copy(entering.count, of: bookmark.entering)
    }

    /// The squared difference between the residual here and there, and there squared.
    func change(since other: Bookmark) -> (difference: Double, scale: Double) {
        Self.change(residual, since: other.residual, count: residual.count)
    }

    /// The same for what would enter the output matrix; both readings are at the end.
    func changeOfOutput(since other: Bookmark) -> (difference: Double, scale: Double) {
        var total = (difference: 0.0, scale: 0.0)
        for token in 0..<tokens {
            let found = entering.values(token * stride, columns),
                wanted = other.entering.values(token * stride, columns)
            for index in found.indices {
                let value = Double(wanted[index]), difference = Double(found[index]) - value
                total.difference += difference * difference
                total.scale += value * value
            }
        }
        return total
    }

    private static func change(
        _ values: FloatBuffer, since other: FloatBuffer, count: Int
    ) -> (difference: Double, scale: Double) {
        let found = values.values(0, count), wanted = other.values(0, count)
        var total = (difference: 0.0, scale: 0.0)
        for index in 0..<count {
            let value = Double(wanted[index]), difference = Double(found[index]) - value
            total.difference += difference * difference
            total.scale += value * value
        }
        return total
    }

    /// Rows `first` and up of what enters, from and to the session's own buffers.
    private func take(_ target: FloatBuffer, _ first: Int, _ count: Int) {
        let columns = columns
        for row in 0..<count {
            target.copy(columns, of: entering, from: (first + row) * stride, to: row * columns)
        }
    }

    private func keep(_ source: FloatBuffer, _ columns: Int, _ first: Int, _ count: Int) {
        for row in 0..<count {
            entering.copy(columns, of: source, from: row * columns, to: (first + row) * stride)
        }
    }

    private func takeResidual(_ first: Int, _ count: Int) {
        let width = session.model.shape.embedding
        session.scratch.residual.copy(count * width, of: residual, from: first * width)
    }

    private func keepResidual(_ first: Int, _ count: Int) {
        let width = session.model.shape.embedding
        residual.copy(count * width, of: session.scratch.residual, to: first * width)
    }
}

extension LanguageModel.Session {
    /// normed = norm(residual) for the layer after `index`, or for the output
    fileprivate func enterNext(after index: Int, _ count: Int) throws(InferenceError) {
        if index + 1 < model.shape.layers.count {
            try enterAttention(index + 1, count)
        } else {
            try pool.rmsNorm(
                scratch.residual, tokens: count, weights: vectors.outputNorm, epsilon: model.shape.epsilon,
                into: scratch.normed)
        }
    }
}
