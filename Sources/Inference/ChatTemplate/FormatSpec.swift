/// How a value is laid out, as Python's `%` and `format` have it.
struct FormatSpec {
    var fill: Unicode.Scalar = " "
    /// `<`, `>`, `^` or `=`; nil for the type's own.
    var alignment: Unicode.Scalar?
    var sign: Unicode.Scalar = "-"
    var isAlternate = false
    var grouping: Unicode.Scalar?
    var width = 0
    var precision: Int?
    var type: Unicode.Scalar?

    /// The number's text without its sign; nil if the type is not for it.
    func digits(_ value: TemplateValue) -> String? {
        switch type {
        case "d", "i", "u": return whole(value).map { "\($0.magnitude)" }
        case "x", "X", "o", "b":
            let radix = type == "o" ? 8 : type == "b" ? 2 : 16
            guard let number = value.wholeNumber, let type else { return nil }
            let text = String(number.magnitude, radix: radix, uppercase: type == "X")
            return (isAlternate ? "0" + String(type) : "") + text
        case "f", "F":
            guard let number = value.number else { return nil }
            return number.isFinite
                ? PythonFloat.fixed(number.magnitude, precision ?? 6) : PythonFloat.description(number.magnitude)
        case "%":
            guard let number = value.number, number.isFinite else { return nil }
            return PythonFloat.fixed((number * 100).magnitude, precision ?? 6) + "%"
        default: return nil
        }
    }

    private func whole(_ value: TemplateValue) -> Int? {
        if case .float(let number) = value { return Int(exactly: number.rounded(.towardZero)) }
        return value.wholeNumber
    }

    /// The number with its sign, in `width`.
    func number(_ digits: String, isNegative: Bool) -> String {
        var digits = digits
        if let grouping {
            let whole = digits.prefix { $0 != "." && $0 != "%" }
            var grouped = ""
            for (index, digit) in whole.enumerated() {
                if index > 0, (whole.count - index).isMultiple(of: 3) { grouped.unicodeScalars.append(grouping) }
                grouped.append(digit)
            }
            digits = grouped + digits.dropFirst(whole.count)
        }
        let mark = isNegative ? "-" : sign == "-" ? "" : String(sign)
        guard alignment == "=" else { return padded(mark + digits, ">") }
        let missing = max(width - mark.unicodeScalars.count - digits.unicodeScalars.count, 0)
        return mark + String(repeating: String(fill), count: missing) + digits
    }

    func padded(_ text: String, _ usual: Unicode.Scalar) -> String {
        let missing = width - text.unicodeScalars.count
        guard missing > 0 else { return text }
        func filled(_ count: Int) -> String { String(repeating: String(fill), count: count) }
        switch alignment ?? usual {
        case "<": return text + filled(missing)
        case "^": return filled(missing / 2) + text + filled(missing - missing / 2)
        default: return filled(missing) + text
        }
    }
}

extension TemplateValue {
    var isNegative: Bool {
        if case .float(let number) = self { return number.sign == .minus && !number.isNaN }
        return wholeNumber.map { $0 < 0 } ?? false
    }
}
