internal import Glibc

/// Python's arithmetic: whole numbers stay whole, division rounds down; numbers of more than 64 bits are refused.
extension TemplateRenderer {
    func compute(
        _ symbol: String, _ left: Int, _ right: Int, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        let result: (partialValue: Int, overflow: Bool)
        switch symbol {
        case "+": result = left.addingReportingOverflow(right)
        case "-": result = left.subtractingReportingOverflow(right)
        case "*": result = left.multipliedReportingOverflow(by: right)
        case "**":
            guard right >= 0 else { return try compute(symbol, Double(left), Double(right), position) }
            result = power(left, right)
        case "/":
            if right == 0 { throw byZero(symbol, position) }
            return .float(Double(left) / Double(right))
        default:
            if right == 0 { throw byZero(symbol, position) }
            let (quotient, overflow) = left.dividedReportingOverflow(by: right)
            let remainder = overflow ? 0 : left % right
            let roundsDown = remainder != 0 && (remainder < 0) != (right < 0)
            result =
                symbol == "//"
                ? (quotient - (roundsDown ? 1 : 0), overflow) : (remainder + (roundsDown ? right : 0), false)
        }
        if result.overflow { throw limit("as the size of a number", .max, position) }
        return .integer(result.partialValue)
    }

    private func power(_ base: Int, _ exponent: Int) -> (partialValue: Int, overflow: Bool) {
        if base == 0 || base == 1 { return (exponent == 0 ? 1 : base, false) }
        if base == -1 { return (exponent.isMultiple(of: 2) ? 1 : -1, false) }
        var value = 1
        for _ in 0..<min(exponent, 64) {
            let (product, overflow) = value.multipliedReportingOverflow(by: base)
            if overflow { return (0, true) }
            value = product
        }
        return (value, exponent > 64)
    }

    func compute(
        _ symbol: String, _ left: Double, _ right: Double, _ position: TemplatePosition
    ) throws(TemplateError) -> TemplateValue {
        switch symbol {
        case "+": return .float(left + right)
        case "-": return .float(left - right)
        case "*": return .float(left * right)
        case "**":
            if left == 0, right < 0 { throw byZero(symbol, position) }
            let value = pow(left, right)
            guard value.isFinite || !left.isFinite || !right.isFinite, !value.isNaN || left.isNaN || right.isNaN else {
                throw TemplateError(position: position, problem: .wrongType(operation: symbol, found: "such numbers"))
            }
            return .float(value)
        case "/":
            if right == 0 { throw byZero(symbol, position) }
            return .float(left / right)
        default:
            if right == 0 { throw byZero(symbol, position) }
            var remainder = fmod(left, right)
            if remainder != 0, (remainder < 0) != (right < 0) { remainder += right }
            if symbol == "%" { return .float(remainder == 0 ? Double(signOf: right, magnitudeOf: 0) : remainder) }
            let quotient = (left - remainder) / right
            let floor = quotient.rounded(.down)
            return .float(quotient - floor > 0.5 ? floor + 1 : floor)
        }
    }

    private func byZero(_ symbol: String, _ position: TemplatePosition) -> TemplateError {
        TemplateError(position: position, problem: .wrongType(operation: symbol, found: "zero"))
    }
}
