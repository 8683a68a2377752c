import Inference

extension TemplateError: Explained {
    var message: String { "chat template, line \(position.line), column \(position.column): \(what)" }

    private var what: String {
        switch problem {
        case .syntax(let expected, let found): "expected \(expected), found \(found)"
        case .unsupported(let construct): "\(construct) is not supported"
        case .refused(let what): "\(what) is refused"
        case .undefined(let name): "\(name) is not defined"
        case .wrongType(let operation, let found): "\(operation) does not work on \(found)"
        case .wrongArguments(let function): "wrong arguments for \(function)"
        case .raised(let message): "the template refuses the messages: \(message)"
        case .limit(let what, let limit): "more than \(limit) \(what)"
        }
    }

    var hint: String? {
        switch problem {
        case .raised: "change the messages"
        case .unsupported: "this version of modelpack can't use the template; prompts without messages still work"
        default: nil
        }
    }
}
