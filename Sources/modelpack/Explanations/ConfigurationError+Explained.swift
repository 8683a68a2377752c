import Configuration

extension ConfigurationError: Explained {
    var message: String { "\(file):\(line):\(column): \(problem.words)" }

    var hint: String? {
        switch problem {
        case .unknown(let key, let known):
            suggestion(for: key, among: known, otherwise: "known here: \(known.joined(separator: ", "))")
        case .notSupported(.anchor): "write the value out where it is needed"
        case .wrongType(expected: .text, found: .nothing): "give a value, or leave the key out"
        case .wrongType(expected: _, found: .text): "numbers, true and false are written without quotes"
        case .noSuchFile: "paths are relative to the folder of \(file)"
        default: nil
        }
    }
}

extension ConfigurationError.Problem {
    fileprivate var words: String {
        switch self {
        case .syntax(let words): words
        case .notUTF8: "the file is not UTF-8"
        case .tooLong(let limit): "the file is longer than \(limit) bytes"
        case .empty: "the file is empty"
        case .tooDeep(let limit): "lists and mappings stand more than \(limit) deep in each other"
        case .notSupported(.anchor): "anchors and aliases are not supported"
        case .notSupported(.tag): "tags are not supported"
        case .notSupported(.keyThatIsNoText): "a key must be plain text"
        case .wrongType(let expected, let found): "expected \(expected.words), found \(found.words)"
        case .missing(let key): "the key '\(key)' is missing"
        case .unknown(let key, _): "unknown key '\(key)'"
        case .duplicate(let key): "the key '\(key)' appears more than once; the first one is here"
        case .invalid(let value, let expected):
            value.isEmpty ? "expected \(expected)" : "'\(value)' is not \(expected)"
        case .noSuchFile(let path): "there is no file or folder '\(path)'"
        }
    }
}

extension ConfigurationError.Kind {
    fileprivate var words: String {
        switch self {
        case .nothing: "nothing"
        case .text: "text"
        case .integer: "an integer"
        case .number: "a number"
        case .boolean: "true or false"
        case .list: "a list"
        case .mapping: "a mapping"
        }
    }
}
