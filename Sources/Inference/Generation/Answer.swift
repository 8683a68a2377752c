/// What a model answered.
package struct Answer: Sendable, Equatable {
    package enum Ending: String, Sendable, Codable {
        /// The model said that it is done, or a stop string or stop token came.
        case stop
        /// The token limit was reached.
        case length
    }

    /// The tokens sampled, without the one that ended the answer; those that spelt a stop string are among them.
    package var tokens: [Int32]
    /// Their text, up to the stop string: bytes that are no UTF-8 replaced by U+FFFD.
    package var text: String
    package var ending: Ending
    package var promptTokens: Int
}
