/// Why a text is not JSON that is accepted, and where.
package struct JSONError: Error, Equatable, Sendable {
    /// In bytes from the start of the text.
    package let offset: Int
    package let problem: JSONProblem

    package init(offset: Int, problem: JSONProblem) {
        self.offset = offset
        self.problem = problem
    }
}

/// What is wrong with a JSON text.
package enum JSONProblem: Equatable, Sendable {
    case ended
    case unexpectedByte
    /// Not UTF-8, a control character, or an escape that there isn't.
    case invalidText
    case duplicateName(String)
    case tooDeep(limit: Int)
    /// A number with a fraction, or beyond 64 bits, where only integers are accepted.
    case notAnInteger
    /// A number that no double comes near.
    case outOfRange
    case trailingBytes
}
