import Failures

/// A mistake in a file that a person wrote, and where it stands.
package struct ConfigurationError: Error, Equatable {
    package let file: String
    package let position: Position
    package let problem: Problem

    package var line: Int { position.line }
    package var column: Int { position.column }

    package init(file: String, position: Position, problem: Problem) {
        self.file = file
        self.position = position
        self.problem = problem
    }

    /// A place in a text; both numbers start at 1, and a column is one Unicode scalar.
    package struct Position: Equatable, Sendable {
        package let line: Int
        package let column: Int

        package init(line: Int, column: Int) {
            self.line = line
            self.column = column
        }
    }

    package enum Problem: Equatable, Sendable {
        /// The text is no YAML; libyaml's own words tell why.
        case syntax(String)
        case notUTF8
        /// The text has more bytes than any file of ours needs.
        case tooLong(limit: Int)
        case empty
        /// Lists and mappings stand in each other too deep.
        case tooDeep(limit: Int)
        /// Anchors, aliases and tags make a text mean something else than it shows.
        case notSupported(Feature)
        case wrongType(expected: Kind, found: Kind)
        case missing(key: String)
        case unknown(key: String, known: [String])
        /// The same key twice in one mapping; the position is the first one's.
        case duplicate(key: String)
        /// The type is right and the value is not; `expected` names what is allowed, as in "a number from 0 to 100".
        case invalid(value: String, expected: String)
        /// The file or folder that the value names isn't there.
        case noSuchFile(String)
    }

    package enum Feature: Equatable, Sendable {
        case anchor, tag, keyThatIsNoText
    }

    package enum Kind: Equatable, Sendable {
        case nothing, text, integer, number, boolean, list, mapping
    }
}

extension ConfigurationError: ModelpackError {
    package var kind: FailureKind {
        if case .noSuchFile = problem { .localFile } else { .damaged }
    }
}
