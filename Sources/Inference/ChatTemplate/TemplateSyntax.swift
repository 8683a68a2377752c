/// An expression of a template, and the line on which it begins.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateValue)
        case name(String)
        case list([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case attribute(TemplateExpression, String)
        case item(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, String, TemplateArguments)
        case test(TemplateExpression, String, TemplateArguments)
        case not(TemplateExpression)
        case negative(TemplateExpression)
        case binary(String, TemplateExpression, TemplateExpression)
        /// `a < b < c`: each pair must hold.
        case comparison(TemplateExpression, [(symbol: String, operand: TemplateExpression)])
        case choice(TemplateExpression, if: TemplateExpression, else: TemplateExpression?)
    }

    let kind: Kind
    let line: Int
    /// How deeply it nests: evaluating it recurses as far.
    let depth: Int
}

/// The arguments of a call, a filter or a test.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
}

/// A statement of a template.
struct TemplateStatement: Sendable {
    enum Kind: Sendable {
        case text(String)
        case output(TemplateExpression)
        case choice([(condition: TemplateExpression, body: [TemplateStatement])], else: [TemplateStatement])
        case loop(TemplateLoop)
        case set(targets: [String], TemplateExpression)
        case setAttribute(of: String, String, TemplateExpression)
        case setBlock(String, [TemplateStatement])
        case leave
        case next
    }

    let kind: Kind
    let line: Int
}

/// `{% for targets in sequence if condition %} body {% else %} otherwise {% endfor %}`
struct TemplateLoop: Sendable {
    let targets: [String]
    let sequence: TemplateExpression
    let condition: TemplateExpression?
    let body: [TemplateStatement]
    let otherwise: [TemplateStatement]
}
