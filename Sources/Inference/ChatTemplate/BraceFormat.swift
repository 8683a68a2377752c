/// Python's `format.format(values)`.
struct BraceFormat {
    private var rest: Substring.UnicodeScalarView
    private let arguments: Arguments
    /// How many fields without a name were read.
    private var count = 0

    static func format(
        _ format: String, _ arguments: Arguments, _ renderer: inout TemplateRenderer
    ) throws(TemplateError) -> String {
        var formatter = BraceFormat(rest: Substring(format).unicodeScalars, arguments: arguments)
        return try formatter.run(&renderer)
    }

    private init(rest: Substring.UnicodeScalarView, arguments: Arguments) {
        self.rest = rest
        self.arguments = arguments
    }

    private mutating func run(_ renderer: inout TemplateRenderer) throws(TemplateError) -> String {
        var text = ""
        while let scalar = rest.popFirst() {
            switch scalar {
            case "{" where rest.first != "{": text += try field(&renderer)
            case "{", "}":
                guard rest.popFirst() == scalar else { throw arguments.wrong }
                text.unicodeScalars.append(scalar)
            default: text.unicodeScalars.append(scalar)
            }
            guard text.utf8.count <= TemplateLimit.text else {
                throw renderer.limit("bytes of text", TemplateLimit.text, arguments.position)
            }
        }
        return text
    }

    private mutating func field(_ renderer: inout TemplateRenderer) throws(TemplateError) -> String {
        let field = String(rest.prefix { $0 != "}" && $0 != "{" })
        rest = rest.dropFirst(field.unicodeScalars.count)
        guard rest.popFirst() == "}" else {
            throw TemplateError(position: arguments.position, problem: .unsupported("a field in a field of format"))
        }
        var parts = field.parts(separatedBy: ":", atMost: 1)
        var conversion: String?
        if let mark = parts[0].firstIndex(of: "!") {
            conversion = String(parts[0][parts[0].index(after: mark)...])
            parts[0] = String(parts[0][..<mark])
        }
        var value = try self.value(parts[0], &renderer)
        switch conversion {
        case nil: break
        case "s": value = .string(try TemplatePrinter.print(value, arguments.position))
        case "r": value = .string(try TemplatePrinter.represent(value, arguments.position))
        default: throw arguments.wrong
        }
        return try layOut(value, parts.count > 1 ? parts[1] : "")
    }

    /// `0`, `name`, `name.attribute[item]`
    private mutating func value(
        _ path: String, _ renderer: inout TemplateRenderer
    ) throws(TemplateError) -> TemplateValue {
        let first = String(path.prefix { $0 != "." && $0 != "[" })
        var value: TemplateValue
        if first.isEmpty || first.utf8.allSatisfy(\.isDigit) {
            let index = first.isEmpty ? count : Int(first) ?? .max
            count += 1
            guard arguments.positional.indices.contains(index) else { throw arguments.wrong }
            value = arguments.positional[index]
        } else {
            guard let named = arguments.named.first(where: { $0.name == first }) else { throw arguments.wrong }
            value = named.value
        }
        var rest = path.dropFirst(first.count)
        while let mark = rest.popFirst() {
            let name = String(rest.prefix { mark == "[" ? $0 != "]" : $0 != "." && $0 != "[" })
            rest = rest.dropFirst(name.count + (mark == "[" ? 1 : 0))
            let index = Int(name).map { TemplateValue.integer($0) } ?? .string(name)
            value =
                mark == "["
                ? try renderer.item(index, of: value, arguments.position)
                : try renderer.attribute(name, of: value, arguments.position)
            if value.isUndefined { throw arguments.wrong }
        }
        return value
    }

    private func layOut(_ value: TemplateValue, _ text: String) throws(TemplateError) -> String {
        if text.isEmpty { return try TemplatePrinter.print(value, arguments.position) }
        let spec = try spec(text)
        if value.text != nil, spec.type == nil || spec.type == "s" {
            guard spec.sign == "-", spec.grouping == nil, spec.alignment != "=" else { throw arguments.wrong }
            let text = value.text ?? ""
            return spec.padded(spec.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text, "<")
        }
        guard let number = value.number, number.isFinite else { throw arguments.wrongType(value) }
        var digits = spec.digits(value)
        if spec.type == nil, spec.precision == nil {
            let shown = try TemplatePrinter.print(value.wholeNumber.map { .integer($0) } ?? value, arguments.position)
            digits = shown.removing("-", fromEnd: false)
        }
        if case .float = value, spec.type == "d" { throw arguments.wrongType(value) }
        guard let digits else {
            throw TemplateError(position: arguments.position, problem: .unsupported("format '\(text)'"))
        }
        return spec.number(digits, isNegative: value.isNegative)
    }

    private func spec(_ text: String) throws(TemplateError) -> FormatSpec {
        var spec = FormatSpec()
        var rest = text.unicodeScalars[...]
        let alignments: Set<Unicode.Scalar> = ["<", ">", "^", "="]
        if let second = rest.dropFirst().first, alignments.contains(second), let fill = rest.popFirst() {
            spec.fill = fill
            spec.alignment = rest.popFirst()
        } else if let first = rest.first, alignments.contains(first) {
            spec.alignment = rest.popFirst()
        }
        if let sign = rest.first, ["+", "-", " "].contains(sign) { spec.sign = rest.removeFirst() }
        if rest.first == "#" { spec.isAlternate = rest.popFirst() != nil }
        if rest.first == "0" {
            rest.removeFirst()
            if spec.alignment == nil { (spec.fill, spec.alignment) = ("0", "=") }
        }
        spec.width = try size(&rest) ?? 0
        if let grouping = rest.first, grouping == "," || grouping == "_" { spec.grouping = rest.popFirst() }
        if rest.first == "." {
            rest.removeFirst()
            guard let precision = try size(&rest) else { throw arguments.wrong }
            spec.precision = precision
        }
        spec.type = rest.popFirst()
        guard rest.isEmpty else { throw arguments.wrong }
        return spec
    }

    private func size(_ rest: inout Substring.UnicodeScalarView) throws(TemplateError) -> Int? {
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        if digits.isEmpty { return nil }
        rest = rest.dropFirst(digits.utf8.count)
        guard let size = Int(digits), size <= TemplateLimit.precision else {
            throw TemplateError(
                position: arguments.position, problem: .limit("characters of a field", TemplateLimit.precision))
        }
        return size
    }
}
