/// Python's `format % values`.
struct PercentFormat {
    private var rest: Substring.UnicodeScalarView
    private let operand: TemplateValue
    private var values: ArraySlice<TemplateValue>
    private let position: TemplatePosition

    static func format(
        _ format: String, with operand: TemplateValue, _ position: TemplatePosition
    ) throws(TemplateError) -> String {
        var values = [operand]
        if case .sequence(let sequence) = operand, sequence.kind == .tuple { values = sequence.values }
        var formatter = PercentFormat(
            rest: Substring(format).unicodeScalars, operand: operand, values: values[...], position: position)
        return try formatter.run()
    }

    private var wrong: TemplateError {
        TemplateError(position: position, problem: .wrongType(operation: "%", found: "such a format or values"))
    }

    private mutating func run() throws(TemplateError) -> String {
        var text = ""
        while let scalar = rest.popFirst() {
            if scalar == "%" { text += try field() } else { text.unicodeScalars.append(scalar) }
            guard text.utf8.count <= TemplateLimit.text else {
                throw TemplateError(position: position, problem: .limit("bytes of text", TemplateLimit.text))
            }
        }
        if case .mapping = operand { return text }
        guard values.isEmpty else { throw wrong }
        return text
    }

    private mutating func field() throws(TemplateError) -> String {
        var named: TemplateValue?
        if rest.first == "(" {
            let name = String(rest.dropFirst().prefix { $0 != ")" })
            rest = rest.dropFirst(name.unicodeScalars.count + 2)
            guard case .mapping(let mapping) = operand, let value = mapping[.string(name)] else { throw wrong }
            named = value
        }
        var spec = FormatSpec()
        while let flag = rest.first, "-+ 0#".unicodeScalars.contains(flag) {
            rest.removeFirst()
            switch flag {
            case "-": spec.alignment = "<"
            case "+": spec.sign = "+"
            case " ": if spec.sign == "-" { spec.sign = " " }
            case "#": spec.isAlternate = true
            default: if spec.alignment == nil { (spec.fill, spec.alignment) = ("0", "=") }
            }
        }
        if spec.alignment == "<" { spec.fill = " " }
        spec.width = try size() ?? 0
        if rest.first == "." {
            rest.removeFirst()
            spec.precision = try size() ?? 0
        }
        guard let type = rest.popFirst() else { throw wrong }
        if type == "%" { return "%" }
        spec.type = type
        guard let value = named ?? values.popFirst() else { throw wrong }
        return try layOut(value, spec)
    }

    private mutating func size() throws(TemplateError) -> Int? {
        let digits = String(rest.prefix { ("0"..."9").contains($0) })
        if digits.isEmpty { return nil }
        rest = rest.dropFirst(digits.utf8.count)
        guard let size = Int(digits), size <= TemplateLimit.precision else {
            throw TemplateError(position: position, problem: .limit("characters of a field", TemplateLimit.precision))
        }
        return size
    }

    private func layOut(_ value: TemplateValue, _ spec: FormatSpec) throws(TemplateError) -> String {
        var spec = spec
        switch spec.type {
        case "s", "r":
            let text =
                spec.type == "s"
                ? try TemplatePrinter.print(value, position) : try TemplatePrinter.represent(value, position)
            spec.fill = " "
            if spec.alignment == "=" { spec.alignment = nil }
            return spec.padded(spec.precision.map { String(text.unicodeScalars.prefix($0)) } ?? text, ">")
        default:
            if value.isUndefined { throw TemplateError(position: position, problem: .undefined("a value of %")) }
            guard let digits = spec.digits(value) else { throw wrong }
            return spec.number(digits, isNegative: value.isNegative)
        }
    }
}
