import Failures

/// A place in a template: line and column, both counted from 1, the column in characters as Python counts them.
package struct TemplatePosition: Hashable, Sendable {
    package let line: Int
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

/// Why a chat template can't be used, and where in it.
package struct TemplateError: Error, Equatable {
    package let position: TemplatePosition
    package let problem: Problem

    package enum Problem: Equatable, Sendable {
        /// The text is not Jinja: `expected` should stand where `found` is.
        case syntax(expected: String, found: String)
        /// Jinja has it, and this engine has not: a statement, filter, test, function or method.
        case unsupported(String)
        /// What could lead out of the template, and no model needs.
        case refused(String)
        /// A value that isn't there was used as if it were.
        case undefined(String)
        /// An operation got values that it isn't made for.
        case wrongType(operation: String, found: String)
        /// A call got too few, too many or unknown arguments.
        case wrongArguments(String)
        /// The template itself refuses the messages (`raise_exception`).
        case raised(String)
        /// More steps, depth, or text than a template may use.
        case limit(String, Int)
    }
}

extension TemplateError: ModelpackError {
    package var kind: FailureKind {
        switch problem {
        case .raised: .usage
        case .unsupported: .notForThisDevice
        default: .damaged
        }
    }
}
