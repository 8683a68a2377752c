import Suites

extension SuiteError: Explained {
    var message: String { "\(file):\(line): \(what)" }

    private var what: String {
        switch problem {
        case .notJSON: "is not a JSON object"
        case .wrongValue(let key, let expected): "\(key) must be \(expected)"
        case .missing(let key): "\(key) is missing"
        case .unknown(let key, let known): "unknown key \(key); known: \(known.joined(separator: ", "))"
        case .duplicate(let id): "the id \(id) stands twice in the suites"
        case .badPattern(let pattern): "not a pattern: \(pattern)"
        case .schema(let keyword): "JSON Schema's \(keyword) is not supported, or has a value that it can't have"
        case .noSuchFile(let name): "includes \(name), which is not beside it"
        case .includedTwice(let name): "includes \(name), which has been read already"
        case .empty: "holds nothing"
        case .tooLong(let limit): "is longer than \(limit) bytes"
        }
    }

    var hint: String? { nil }
}
