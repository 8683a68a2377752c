import Failures

/// A mistake in a file of JSON lines that people or `build` wrote: a suite, or what was recorded of one.
package struct SuiteError: Error, Equatable {
    package let file: String
    /// Counted from 1.
    package let line: Int
    package let problem: Problem

    package init(file: String, line: Int, problem: Problem) {
        self.file = file
        self.line = line
        self.problem = problem
    }

    package enum Problem: Equatable, Sendable {
        case notJSON
        /// `key` has a value of the wrong type, or out of range.
        case wrongValue(key: String, expected: String)
        case missing(key: String)
        case unknown(key: String, known: [String])
        /// The id stands elsewhere too, in this suite or another one of the model.
        case duplicate(id: String)
        case badPattern(String)
        /// A keyword of JSON Schema that is not built in, or has a value that it can't have.
        case schema(keyword: String)
        /// An included file that is not beside the one that includes it.
        case noSuchFile(String)
        /// A file that was read already is included.
        case includedTwice(file: String)
        case empty
        case tooLong(limit: Int)
    }
}

extension SuiteError: ModelpackError {
    package var kind: FailureKind { .damaged }
}
