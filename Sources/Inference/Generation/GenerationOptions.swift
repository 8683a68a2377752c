/// How an answer is made, and when it ends.
package struct GenerationOptions: Sendable {
    package var maxTokens: Int
    package var threads: Int
    package var kernels: KernelSet
    /// Tokens of the prompt that go through the layers together; any number gives the same logits.
    package var batch: Int
    package var sampling: Sampling
    /// Texts that end an answer and are not part of it.
    package var stops: [String]
    /// Tokens that end an answer, beside those that the model names.
    package var stopTokens: Set<Int32>

    package init(
        maxTokens: Int, threads: Int, kernels: KernelSet = .fastest, batch: Int = Session.usualBatch,
        sampling: Sampling = .greedy, stops: [String] = [], stopTokens: Set<Int32> = []
    ) {
        self.maxTokens = maxTokens
        self.threads = threads
        self.kernels = kernels
        self.batch = batch
        self.sampling = sampling
        self.stops = stops
        self.stopTokens = stopTokens
    }
}
