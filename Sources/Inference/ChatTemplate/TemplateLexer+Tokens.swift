/// The tokens inside tags.
extension TemplateLexer {
    mutating func token(_ next: UInt8) throws(TemplateError) -> TemplateToken.Kind {
        switch next {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string(quote: next))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            return .name(scanner.taking { $0.isWordByte })
        default: break
        }
        for symbol in ["//", "**", "==", "!=", ">=", "<="] where scanner.take(symbol) { return .symbol(symbol) }
        guard "+-/*%~()[]{}<>=.:|,;".utf8.contains(next) else {
            let found = next < 0x80 ? String(Unicode.Scalar(next)) : "a character that is not ASCII"
            throw failure(expected: "an expression", found: found)
        }
        scanner.advance()
        return .symbol(String(Unicode.Scalar(next)))
    }

    private func failure(expected: String, found: String) -> TemplateError {
        TemplateError(position: scanner.position, problem: .syntax(expected: expected, found: found))
    }

    private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
        let position = scanner.position
        let start = scanner.offset
        if scanner.byte() == UInt8(ascii: "0"), let radix = scanner.byte(1).flatMap({ Self.radixes[$0 | 0x20] }) {
            scanner.advance(by: 2)
            let digits = scanner.taking { $0.isWordByte }.filter { $0 != "_" }
            guard let value = Int(digits, radix: radix) else {
                throw TemplateError(position: position, problem: .syntax(expected: "a number", found: digits))
            }
            return .integer(value)
        }
        let isDigit: (UInt8) -> Bool = { $0.isDigit || $0 == UInt8(ascii: "_") }
        _ = scanner.taking(while: isDigit)
        var isFloat = false
        if scanner.byte() == UInt8(ascii: "."), scanner.byte(1)?.isDigit == true {
            isFloat = true
            scanner.advance()
            _ = scanner.taking(while: isDigit)
        }
        if let letter = scanner.byte(), letter | 0x20 == UInt8(ascii: "e") {
            let isSigned = scanner.byte(1) == UInt8(ascii: "+") || scanner.byte(1) == UInt8(ascii: "-")
            if scanner.byte(isSigned ? 2 : 1)?.isDigit == true {
                isFloat = true
                scanner.advance(by: isSigned ? 2 : 1)
                _ = scanner.taking(while: isDigit)
            }
        }
        let text = scanner.text(from: start).filter { $0 != "_" }
        if isFloat, let value = Double(text) { return .float(value) }
        guard let value = Int(text) else {
            throw TemplateError(position: position, problem: .syntax(expected: "a number below 2^63", found: text))
        }
        if text.utf8.count > 1, text.utf8.first == UInt8(ascii: "0"), value != 0 {
            throw TemplateError(position: position, problem: .syntax(expected: "a number", found: text))
        }
        return .integer(value)
    }

    private static let radixes: [UInt8: Int] = [UInt8(ascii: "b"): 2, UInt8(ascii: "o"): 8, UInt8(ascii: "x"): 16]

    private mutating func string(quote: UInt8) throws(TemplateError) -> String {
        let start = scanner.position
        scanner.advance()
        var bytes: [UInt8] = []
        while let next = scanner.byte() {
            scanner.advance()
            if next == quote { return String(decoding: bytes, as: UTF8.self) }
            if next == UInt8(ascii: "\\"), let escaped = scanner.byte() {
                scanner.advance()
                try unescape(escaped, into: &bytes)
            } else {
                bytes.append(next)
            }
        }
        throw unfinished("a quote", start)
    }

    /// Python's escapes, but for named ones.
    private mutating func unescape(_ escaped: UInt8, into bytes: inout [UInt8]) throws(TemplateError) {
        if let byte = Self.escapes[escaped] {
            bytes.append(byte)
        } else if let length = Self.codeLengths[escaped] {
            try append(codeOf: digits(length), radix: 16, length: length, to: &bytes)
        } else if escaped.isOctalDigit {
            var digits = String(Unicode.Scalar(escaped))
            while digits.utf8.count < 3, let next = scanner.byte(), next.isOctalDigit {
                digits.unicodeScalars.append(Unicode.Scalar(next))
                scanner.advance()
            }
            try append(codeOf: digits, radix: 8, length: digits.utf8.count, to: &bytes)
        } else if escaped == UInt8(ascii: "N") {
            throw TemplateError(position: scanner.position, problem: .unsupported("escape \\N"))
        } else if escaped != UInt8(ascii: "\n") {
            bytes += [UInt8(ascii: "\\"), escaped]
        }
    }

    private static let escapes: [UInt8: UInt8] = [
        UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "a"): 7, UInt8(ascii: "b"): 8,
        UInt8(ascii: "f"): 12, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): UInt8(ascii: "\\"),
        UInt8(ascii: "'"): UInt8(ascii: "'"), UInt8(ascii: "\""): UInt8(ascii: "\""),
    ]
    private static let codeLengths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]

    private mutating func digits(_ count: Int) -> String {
        var left = count
        return scanner.taking { byte in
            left -= 1
            return left >= 0 && byte.isWordByte
        }
    }

    private func append(
        codeOf digits: String, radix: Int, length: Int, to bytes: inout [UInt8]
    ) throws(TemplateError) {
        guard digits.utf8.count == length, let value = UInt32(digits, radix: radix), let scalar = Unicode.Scalar(value)
        else { throw failure(expected: "a character's code", found: digits) }
        bytes += String(scalar).utf8
    }
}

extension UInt8 {
    var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
    fileprivate var isOctalDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(self) }

    fileprivate var isWordByte: Bool {
        let letter = self | 0x20
        return isDigit || self == UInt8(ascii: "_") || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(letter)
    }
}
