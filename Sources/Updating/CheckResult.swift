/// What a check found of one version.
package struct CheckResult: Equatable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case whole
        /// It had rotted, and is whole again.
        case rebuilt
        /// It had rotted and could not be rebuilt; another version is in use, or it is no longer kept.
        case givenUp = "given-up"
        /// It has rotted, could not be rebuilt, and there is nothing else.
        case rotten
        /// It is whole, and its own test says no, or nothing.
        case failing
    }

    package let model: String
    package let version: String
    package var outcome: Outcome
    package var reason: String?
    /// Bytes of payload that were fetched.
    package var fetched = 0
}
