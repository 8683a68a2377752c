/// An expression of a template, and where it stands.
struct TemplateExpression: Sendable {
    indirect enum Kind: Sendable {
        case constant(TemplateValue)
        case name(String)
        case list([TemplateExpression])
        case tuple([TemplateExpression])
        case dictionary([(key: TemplateExpression, value: TemplateExpression)])
        case attribute(TemplateExpression, String)
        case item(TemplateExpression, TemplateExpression)
        case slice(TemplateExpression, from: TemplateExpression?, to: TemplateExpression?, step: TemplateExpression?)
        case call(TemplateExpression, TemplateArguments)
        case filter(TemplateExpression, String, TemplateArguments)
        case test(TemplateExpression, String, TemplateArguments)
        case not(TemplateExpression)
        case sign(String, TemplateExpression)
        /// `a + b - c`: from the left, of one rank.
        case operations(TemplateExpression, [Operand])
        /// `a ~ b ~ c`
        case joined([TemplateExpression])
        /// `a and b and c`
        case all([TemplateExpression])
        /// `a or b or c`
        case any([TemplateExpression])
        /// `a < b < c`: each pair must hold.
        case comparison(TemplateExpression, [Operand])
        case choice(TemplateExpression, if: TemplateExpression, else: TemplateExpression?)
    }

    /// A sign, and what stands to its right.
    struct Operand: Sendable {
        let symbol: String
        let value: TemplateExpression
        let position: TemplatePosition
    }

    let kind: Kind
    let position: TemplatePosition
}

/// The arguments of a call, a filter or a test, as written.
struct TemplateArguments: Sendable {
    var positional: [TemplateExpression] = []
    var named: [(name: String, value: TemplateExpression)] = []
    /// `*list` and `**dictionary`
    var list: TemplateExpression?
    var dictionary: TemplateExpression?
}

/// Statements that share a scope.
struct TemplateBody: Sendable {
    var statements: [TemplateStatement] = []
    /// Names that Jinja binds here before anything reads them: until then they are undefined, whatever is outside.
    var hidden: [String] = []
}

/// A statement of a template.
struct TemplateStatement: Sendable {
    enum Kind: Sendable {
        case text(String)
        case output(TemplateExpression)
        case choice([(condition: TemplateExpression, body: [TemplateStatement])], else: [TemplateStatement])
        case loop(TemplateLoop)
        case set(TemplateTarget, TemplateExpression)
        /// `{% set target | filters %} body {% endset %}`; the filters' first operand is `TemplateMacro.text`.
        case setBlock(TemplateTarget, filters: TemplateExpression?, TemplateBody)
        case filterBlock(TemplateExpression, TemplateBody)
        case with([(target: TemplateTarget, value: TemplateExpression)], TemplateBody)
        case macro(TemplateMacro)
        case callBlock(TemplateExpression, TemplateArguments, TemplateMacro)
        /// `generation`: what an assistant said, in a scope of its own.
        case scope(TemplateBody)
        case leave
        case next
    }

    let kind: Kind
    let position: TemplatePosition
}

/// What a value is bound to.
indirect enum TemplateTarget: Sendable {
    case name(String)
    case attribute(of: String, String)
    case tuple([TemplateTarget])

    /// The names that are bound.
    var names: [String] {
        switch self {
        case .name(let name): [name]
        case .attribute: []
        case .tuple(let targets): targets.flatMap(\.names)
        }
    }
}

/// `{% for target in sequence if condition recursive %} body {% else %} otherwise {% endfor %}`
struct TemplateLoop: Sendable {
    let target: TemplateTarget
    let sequence: TemplateExpression
    let condition: TemplateExpression?
    let isRecursive: Bool
    var body: TemplateBody
    var otherwise: TemplateBody
}

/// `{% macro name(parameters) %} body {% endmacro %}`, or the body of a `call` block.
struct TemplateMacro: Sendable {
    let name: String
    let parameters: [(name: String, value: TemplateExpression?)]
    var body: TemplateBody
    /// Which of the names `varargs`, `kwargs` and `caller` the body reads: only then may a call give more.
    var reads: Set<String> = []

    /// The name under which a filter of a block finds the block's text; no template can write it.
    static let text = " text"
}
