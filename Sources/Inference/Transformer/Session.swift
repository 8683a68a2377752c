extension LanguageModel {
    /// A run of one model: what it has read so far, and the room to read on.
    ///
    /// The same tokens give the same logits, bit for bit, however they are cut into calls and batches. It has threads of its
    /// own, which end with it; calls block until they are done.
    public struct Session: ~Copyable {
        /// Tokens that go through the layers together where nothing else is asked for.
        package static let usualBatch = 256

        let model: LanguageModel
        let pool: KernelPool
        /// Tokens that fit.
        public let capacity: Int
        /// Tokens read so far.
        public private(set) var position: Int

        let caches: [LayerCache]
        let vectors: WidenedVectors
        let scratch: Scratch

        /// Makes room for `capacity` tokens, at most the model's context; `batch` of them go through the layers together.
        package init(
            model: LanguageModel, capacity: Int, batch: Int = usualBatch, threads: Int, kernels: KernelSet = .fastest
        ) throws(InferenceError) {
            guard KernelPool.threadCounts.contains(threads) else { throw .noThreads(threads) }
            let shape = model.shape
            let capacity = max(1, min(capacity, shape.contextLength))
            let caches = try shape.layers.map { _ throws(InferenceError) in
                try LayerCache(heads: shape.keyValueHeads, headSize: shape.headSize, capacity: capacity)
            }
            let vectors = try WidenedVectors(model.weights)
            let scratch = try Scratch(
                shape, batch: max(1, min(batch, capacity)), capacity: capacity, threads: threads)
            let pool = try KernelPool(threads: threads, kernels: kernels)
            self.model = model
            self.capacity = capacity
            self.caches = caches
            self.vectors = vectors
            self.scratch = scratch
            self.pool = pool
            position = 0
        }

        /// Makes room for `capacity` tokens, at most the model's context; `threads` from 1 to 1024 read them.
        public init(model: LanguageModel, capacity: Int, threads: Int) throws {
            try self.init(model: model, capacity: capacity, batch: Self.usualBatch, threads: threads)
        }

        /// Forgets what was read.
        public mutating func reset() { position = 0 }

        /// Reads `tokens` and gives `body` the logits of those from index `wanted` on, in order: the index within
        /// `tokens` and one float for each entry of the vocabulary.
        ///
        /// Throws a failure of the kind `usage` for more tokens than fit and for one outside the vocabulary, and what `body`
        /// throws.
        public mutating func read(
            _ tokens: [Int32], logitsFrom wanted: Int, body: (Int, Span<Float>) throws -> Void
        ) throws {
            guard position + tokens.count <= capacity else {
                throw InferenceError.contextFull(capacity: capacity, needed: position + tokens.count)
            }
            var start = 0
            while start < tokens.count {
                let count = min(scratch.batch, tokens.count - start)
                try forward(tokens[start..<start + count])
                try emitLogits(from: max(wanted - start, 0), count: count) { try body(start + $0, $1) }
                position += count
                start += count
            }
        }

        /// The logits of rows `first` and up of the batch in `residual`.
        private func emitLogits(from first: Int, count: Int, body: (Int, Span<Float>) throws -> Void) throws {
            var start = first
            while start < count {
                let rows = min(scratch.logitRows, count - start)
                try emitLogits(rows: rows, from: start) { try body(start + $0, $1) }
                start += rows
            }
        }

        /// The logits of at most `logitRows` rows of `residual`, from row `first` on.
        func emitLogits(rows: Int, from first: Int, body: (Int, Span<Float>) throws -> Void) throws {
            let shape = model.shape
            try pool.rmsNorm(
                scratch.residual, first: first, tokens: rows, weights: vectors.outputNorm, epsilon: shape.epsilon,
                into: scratch.normed)
            try pool.multiply(
                scratch.normed, tokens: rows, with: [.init(model.weights.output, into: scratch.logits, tokens: rows)],
                codes: scratch.codes)
            if shape.logitCap > 0 { pool.softCap(scratch.logits, at: shape.logitCap, count: rows * shape.vocabulary) }
            for row in 0..<rows {
                let values = scratch.logits.values(row * shape.vocabulary, shape.vocabulary)
                guard values.isFinite else { throw InferenceError.notFinite }
                try body(row, values)
            }
        }
    }
}
