import Suites

extension Mismatch {
    /// What was expected, and what came.
    package var words: String { "expected \(problem.expected), answered \(quoted(found))\(problem.remark)" }
}

extension Mismatch.Problem {
    /// What the answer should have been.
    package var expected: String {
        switch self {
        case .differs(let expected): quoted(expected)
        case .startsOtherwise(let expected): "it to begin with \(quoted(expected))"
        case .lacks(let part): "\(quoted(part)) in it"
        case .has(let part): "no \(quoted(part)) in it"
        case .noMatch(let pattern): "a match of \(quoted(pattern))"
        case .noneOf(let problems): problems.map(\.expected).joined(separator: ", or ")
        case .notJSON: "JSON"
        case .schema(let violation):
            "JSON by the schema, which \(violation.path.isEmpty ? "the whole" : violation.path) breaks at "
                + violation.keyword
        case .jsonDiffers(let path): "another JSON value at \(path.isEmpty ? "the top" : path)"
        case .tokensDiffer(let first, let expected, _):
            first < expected.count ? "token \(expected[first]) at \(first)" : "\(expected.count) tokens"
        case .tooLong(let limit): "an end within \(limit) tokens"
        case .refused: "an answer"
        case .notRefused: "a refusal"
        case .unlikely(let answer, let limit, _): "\(quoted(answer)) to cost at most \(fixed(limit, 3)) nats"
        case .narrow(let answer, let other, let wanted, _):
            "\(quoted(answer)) to be likelier than \(quoted(other)) by \(fixed(wanted, 3)) nats"
        }
    }

    /// What was found beside the answer.
    package var remark: String {
        switch self {
        case .tokensDiffer(let first, _, let found):
            first < found.count ? " (token \(found[first]))" : " (\(found.count) tokens)"
        case .unlikely(_, _, let nll): "; it costs \(fixed(nll, 3))"
        case .narrow(_, _, _, let margin): "; the margin is \(fixed(margin, 3))"
        case .refused: ", a refusal"
        default: ""
        }
    }
}

/// Text in quotes on one line, cut where it is long; control characters are shown, so that an answer can't command the
/// terminal.
package func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
            result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return "‘\(result)\(text.unicodeScalars.count > 200 ? "…" : "")’"
}
