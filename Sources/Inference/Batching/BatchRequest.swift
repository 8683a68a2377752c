/// A sequence to be read beside others, and continued where that is asked for.
package struct BatchRequest: Sendable, Equatable {
    package let tokens: [Int32]
    /// The first of `tokens` whose logits are wanted.
    package let logitsFrom: Int
    /// How many tokens may follow, the likeliest each time; 0: the sequence is only read.
    package let limit: Int

    /// A prompt to be continued until the model ends it or `limit` tokens have come.
    package init(continuing tokens: [Int32], limit: Int) {
        self.tokens = tokens
        logitsFrom = tokens.count - 1
        self.limit = limit
    }

    /// A text to be read; the logits of its tokens from index `logitsFrom` on are wanted.
    package init(reading tokens: [Int32], logitsFrom: Int) {
        self.tokens = tokens
        self.logitsFrom = logitsFrom
        limit = 0
    }

    /// Positions that it may come to take.
    package var length: Int { tokens.count + limit }
}

/// What came of a request.
package struct BatchAnswer: Sendable, Equatable {
    /// The tokens that followed, without the one that ended them.
    package var tokens: [Int32] = []
    package var ending = LanguageModel.Answer.Ending.length
}
