import JSONText

extension JSONProblem {
    var words: String {
        switch self {
        case .ended: "it ends too early"
        case .unexpectedByte: "this is not what JSON has here"
        case .invalidText: "text that is not UTF-8, or has an unknown escape"
        case .duplicateName(let name): "the name \(name.debugDescription) is there twice"
        case .tooDeep(let limit): "nested deeper than \(limit) levels"
        case .notAnInteger: "a number that is no integer of 64 bits"
        case .outOfRange: "a number beyond what a double holds"
        case .trailingBytes: "something follows the end"
        }
    }
}
