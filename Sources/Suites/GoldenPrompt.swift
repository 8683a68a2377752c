import Inference

/// A prompt of a suite, and what the answer must be.
package struct GoldenPrompt: Sendable, Equatable {
    package enum Input: Sendable, Equatable, Hashable {
        /// Text as it is, without a template.
        case text(String)
        /// Turns that the model's chat template makes a prompt of.
        case messages([ChatMessage])
    }

    package let id: String
    package let input: Input
    /// All must hold.
    package let expectations: [Expectation]
    package let tags: [String]
    package let maxTokens: Int
    /// Whether it is cheap enough, and telling enough, to ask on a device.
    package let isSmoke: Bool

    package init(
        id: String, input: Input, expectations: [Expectation], tags: [String] = [], maxTokens: Int = defaultMaxTokens,
        isSmoke: Bool = false
    ) {
        self.id = id
        self.input = input
        self.expectations = expectations
        self.tags = tags
        self.maxTokens = maxTokens
        self.isSmoke = isSmoke
    }

    package static let defaultMaxTokens = 64

    /// Why `text` is not the answer; nil if it is.
    package func mismatch(_ text: String) -> Mismatch? {
        for expectation in expectations {
            if let mismatch = expectation.mismatch(text) { return mismatch }
        }
        return nil
    }
}
