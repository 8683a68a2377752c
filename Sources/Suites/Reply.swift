import Signatures

/// An answer, as far as verdicts and recordings need it.
package struct Reply: Sendable, Equatable {
    package let tokens: [Int32]
    package let text: String
    /// Whether the model ended it, rather than the limit.
    package let hasEnded: Bool
    /// Of the logits of every sampled position.
    package let logits: Digest
    /// What each given answer costs in nats: −ln of its probability after the prompt, its end left out.
    package let likelihoods: [String: Double]

    package init(
        tokens: [Int32], text: String, hasEnded: Bool = true, logits: Digest, likelihoods: [String: Double] = [:]
    ) {
        self.tokens = tokens
        self.text = text
        self.hasEnded = hasEnded
        self.logits = logits
        self.likelihoods = likelihoods
    }
}
