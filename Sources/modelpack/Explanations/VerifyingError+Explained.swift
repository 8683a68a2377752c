import Suites
import Verifying

extension VerifyingError: Explained {
    var message: String {
        switch self {
        case .unknownArithmetic(let found, let known):
            "the outputs were recorded with arithmetic \(found); this modelpack computes with "
                + known.map { "\($0)" }.joined(separator: ", ")
        case .shortText(let tokens, let context):
            "the text has only \(tokens) tokens, fewer than one chunk of \(context)"
        case .longContext(let context, let most):
            "--context \(context): the models read at most \(most) tokens at once"
        case .malformedHistory(let path, let line): "\(path):\(line): is no verdict that was kept"
        }
    }

    var hint: String? {
        switch self {
        case .unknownArithmetic: "verify with a modelpack of that arithmetic, or ask only the suites with --skip-golden"
        case .shortText: "take a longer text, or a smaller --context"
        case .longContext: "give a smaller --context, or leave it out"
        case .malformedHistory: "take the line out, or give --history another folder"
        }
    }
}

extension GateError: Explained {
    var message: String {
        switch self {
        case .unknownMeasure(let measure, let known):
            "the gate limits \(measure); this modelpack measures \(known.joined(separator: ", "))"
        }
    }

    var hint: String? { "state other limits with --gate" }
}
