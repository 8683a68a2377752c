/// Why an answer is not the one that was expected.
package struct Mismatch: Sendable, Equatable {
    /// The answer.
    package let found: String
    package let problem: Problem

    package init(found: String, _ problem: Problem) {
        self.found = found
        self.problem = problem
    }

    package enum Problem: Sendable, Equatable {
        case differs(expected: String)
        case startsOtherwise(expected: String)
        case lacks(String)
        /// Something that must not be in it is.
        case has(String)
        case noMatch(pattern: String)
        /// None of the ways in which it might have been right; how each failed.
        case noneOf([Problem])
        case notJSON
        case schema(SchemaViolation)
        /// The JSON value is another, first at this path.
        case jsonDiffers(path: String)
        /// Other token ids, from index `first` on.
        case tokensDiffer(first: Int, expected: [Int32], found: [Int32])
        /// It had not ended by itself after so many tokens.
        case tooLong(limit: Int)
        case refused
        case notRefused
        /// `answer` costs more than `limit` nats.
        case unlikely(answer: String, limit: Double, nll: Double)
        /// `answer` is likelier than `other` by less than `wanted` nats.
        case narrow(answer: String, other: String, wanted: Double, margin: Double)
    }
}
