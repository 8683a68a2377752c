/// How an answer is made, and when it ends.
public struct GenerationOptions: Sendable {
    /// Tokens to answer with at most.
    public var maxTokens: Int
    /// Threads to compute with, from 1 to 1024: as many as there are cores is quickest. Any number gives the same bits.
    public var threads: Int
    package var kernels = KernelSet.fastest
    /// Tokens of the prompt that go through the layers together; any number gives the same logits.
    package var batch = LanguageModel.Session.usualBatch
    /// How each token is chosen.
    public var sampling: Sampling
    /// Texts that end an answer and are not part of it.
    public var stops: [String]
    /// Tokens that end an answer, beside those that the model names.
    public var stopTokens: Set<Int32>

    /// Options with which the likeliest token is taken each time, unless `sampling` says otherwise.
    public init(
        maxTokens: Int, threads: Int, sampling: Sampling = .greedy, stops: [String] = [], stopTokens: Set<Int32> = []
    ) {
        self.maxTokens = maxTokens
        self.threads = threads
        self.sampling = sampling
        self.stops = stops
        self.stopTokens = stopTokens
    }
}
