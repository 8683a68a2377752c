/// A piece of a template.
struct TemplateToken: Equatable {
    enum Kind: Equatable {
        /// Text between tags, stripped as its neighbours ask.
        case text(String)
        case blockBegin, blockEnd, variableBegin, variableEnd
        case name(String)
        case string(String)
        case integer(Int)
        case float(Double)
        case symbol(String)
        case end
    }

    let kind: Kind
    let position: TemplatePosition

    /// The token for error messages.
    var shown: String { kind.shown }
}

extension TemplateToken.Kind {
    var shown: String {
        switch self {
        case .text: "text"
        case .blockBegin: "{%"
        case .blockEnd: "%}"
        case .variableBegin: "{{"
        case .variableEnd: "}}"
        case .name(let name): name
        case .string(let string): "'\(string)'"
        case .integer(let value): "\(value)"
        case .float(let value): "\(value)"
        case .symbol(let symbol): symbol
        case .end: "the end of the template"
        }
    }
}
