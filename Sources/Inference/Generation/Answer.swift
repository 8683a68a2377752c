extension LanguageModel {
    /// What a model answered.
    public struct Answer: Sendable, Equatable {
        /// Why an answer ended.
        public enum Ending: String, Sendable, Codable {
            /// The model said that it is done, or a stop string or stop token came.
            case stop
            /// The token limit was reached.
            case length
        }

        /// The tokens sampled, without the one that ended the answer; those that spelt a stop string are among them.
        public package(set) var tokens: [Int32]
        /// Their text, up to the stop string: bytes that are no UTF-8 replaced by U+FFFD.
        public package(set) var text: String
        /// Why it ended.
        public package(set) var ending: Ending
        /// How many tokens the prompt had.
        public package(set) var promptTokens: Int
    }
}
