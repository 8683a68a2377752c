/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on, as transformers renders chat templates.
struct TemplateLexer {
    private let source: [UInt8]
    private var position = 0
    private var line = 1
    private var tokens: [TemplateToken] = []
    /// Whether what was read last ended a line.
    private var startsLine = true

    static func tokens(of source: String) throws(TemplateError) -> [TemplateToken] {
        guard source.utf8.count <= TemplateLimit.source else {
            throw TemplateError(line: 1, problem: .limit("bytes in the template", TemplateLimit.source))
        }
        var lexer = TemplateLexer(source)
        try lexer.run()
        return lexer.tokens
    }

    /// All line ends become `\n`; the template's last one doesn't count.
    private init(_ text: String) {
        var bytes: [UInt8] = []
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\r") {
                bytes.append(UInt8(ascii: "\n"))
            } else if !(byte == UInt8(ascii: "\n") && previous == UInt8(ascii: "\r")) {
                bytes.append(byte)
            }
            previous = byte
        }
        if bytes.last == UInt8(ascii: "\n") { bytes.removeLast() }
        source = bytes
    }

    private mutating func run() throws(TemplateError) {
        while true {
            let start = position
            let startLine = line
            while position < source.count, !atTag { advance() }
            var text = String(decoding: source[start..<position], as: UTF8.self)
            guard position < source.count else {
                if !text.isEmpty { tokens.append(TemplateToken(kind: .text(text), line: startLine)) }
                tokens.append(TemplateToken(kind: .end, line: line))
                return
            }
            let tag = source[position + 1]
            let tagLine = line
            position += 2
            if take(UInt8(ascii: "-")) {
                text = text.trimmed(left: false)
            } else if !take(UInt8(ascii: "+")), tag != UInt8(ascii: "{") {
                text = strippedToLine(text)
            }
            if !text.isEmpty { tokens.append(TemplateToken(kind: .text(text), line: startLine)) }
            switch tag {
            case UInt8(ascii: "#"): try skipComment(from: tagLine)
            case UInt8(ascii: "%"): try inside(.blockBegin, .blockEnd, "%", tagLine)
            default: try inside(.variableBegin, .variableEnd, "}", tagLine)
            }
        }
    }

    private var atTag: Bool {
        guard source[position] == UInt8(ascii: "{"), position + 1 < source.count else { return false }
        return [UInt8(ascii: "%"), UInt8(ascii: "{"), UInt8(ascii: "#")].contains(source[position + 1])
    }

    /// `lstrip_blocks`: spaces before a tag go when nothing else stands before it in its line.
    private func strippedToLine(_ text: String) -> String {
        let scalars = text.unicodeScalars
        let start = scalars.lastIndex(of: "\n").map { scalars.index(after: $0) }
        guard start != nil || startsLine else { return text }
        let from = start ?? scalars.startIndex
        return scalars[from...].allSatisfy(\.isPythonSpace) ? String(scalars[..<from]) : text
    }

    private mutating func advance() {
        if source[position] == UInt8(ascii: "\n") { line += 1 }
        position += 1
    }

    private func byte(_ offset: Int = 0) -> UInt8? {
        position + offset < source.count ? source[position + offset] : nil
    }

    private mutating func take(_ sign: UInt8) -> Bool {
        guard byte() == sign else { return false }
        position += 1
        return true
    }

    /// The end of a tag whose closing begins with `mark`, if it stands here: with `-` all spaces after it go, without a
    /// sign a block's first line end.
    private mutating func closes(_ mark: UInt8, trims: Bool) -> Bool {
        let sign = byte() == UInt8(ascii: "-") || (trims && byte() == UInt8(ascii: "+")) ? byte() : nil
        let offset = sign == nil ? 0 : 1
        guard byte(offset) == mark, byte(offset + 1) == UInt8(ascii: "}") else { return false }
        position += offset + 2
        let start = position
        if sign == UInt8(ascii: "-") {
            skipSpaces()
        } else if sign == nil, trims, byte() == UInt8(ascii: "\n") {
            advance()
        }
        startsLine = position > start && source[position - 1] == UInt8(ascii: "\n")
        return true
    }

    private mutating func skipSpaces() {
        let rest = source[position...]
        let text = String(decoding: rest.prefix(while: { $0 != UInt8(ascii: "{") }), as: UTF8.self)
        let spaces = String(text.unicodeScalars.prefix(while: \.isPythonSpace)).utf8.count
        for _ in 0..<spaces { advance() }
    }

    private mutating func skipComment(from start: Int) throws(TemplateError) {
        while position < source.count {
            if closes(UInt8(ascii: "#"), trims: true) { return }
            advance()
        }
        throw TemplateError(line: start, problem: .syntax(expected: "#}", found: "the end of the template"))
    }

    private mutating func inside(
        _ begin: TemplateToken.Kind, _ end: TemplateToken.Kind, _ mark: Character, _ start: Int
    ) throws(TemplateError) {
        tokens.append(TemplateToken(kind: begin, line: start))
        var open = 0
        while let next = byte() {
            if open == 0, let mark = mark.asciiValue, closes(mark, trims: begin == .blockBegin) {
                tokens.append(TemplateToken(kind: end, line: line))
                return
            }
            if next < 0x80, Unicode.Scalar(next).isPythonSpace {
                advance()
                continue
            }
            let token = TemplateToken(kind: try token(next), line: line)
            tokens.append(token)
            switch token.kind {
            case .symbol("("), .symbol("["), .symbol("{"): open += 1
            case .symbol(")"), .symbol("]"), .symbol("}"): open -= 1
            default: break
            }
        }
        let expected = end == .blockEnd ? "%}" : "}}"
        throw TemplateError(line: start, problem: .syntax(expected: expected, found: "the end of the template"))
    }

    private mutating func token(_ next: UInt8) throws(TemplateError) -> TemplateToken.Kind {
        switch next {
        case UInt8(ascii: "'"), UInt8(ascii: "\""): return .string(try string(quote: next))
        case UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            return .name(taking { $0.isWordByte })
        default: break
        }
        for symbol in ["//", "**", "==", "!=", ">=", "<="] where source[position...].starts(with: symbol.utf8) {
            position += 2
            return .symbol(symbol)
        }
        guard "+-/*%~()[]{}<>=.:|,;".utf8.contains(next) else { throw unexpected(next) }
        position += 1
        return .symbol(String(Unicode.Scalar(next)))
    }

    private func unexpected(_ byte: UInt8) -> TemplateError {
        let found = byte < 0x80 ? String(Unicode.Scalar(byte)) : "a character that is not ASCII"
        return TemplateError(line: line, problem: .syntax(expected: "an expression", found: found))
    }

    private mutating func taking(_ condition: (UInt8) -> Bool) -> String {
        let start = position
        while let next = byte(), condition(next) { position += 1 }
        return String(decoding: source[start..<position], as: UTF8.self)
    }

    private mutating func number() throws(TemplateError) -> TemplateToken.Kind {
        let isDigit: (UInt8) -> Bool = { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        var text = taking(isDigit)
        if byte() == UInt8(ascii: "."), let next = byte(1), isDigit(next) {
            position += 1
            text += "." + taking(isDigit)
            if let value = Double(text) { return .float(value) }
        }
        if let next = byte(), next.isWordByte {
            throw TemplateError(line: line, problem: .syntax(expected: "a number", found: text + taking(\.isWordByte)))
        }
        guard let value = Int(text) else {
            throw TemplateError(line: line, problem: .syntax(expected: "a number below 2^63", found: text))
        }
        return .integer(value)
    }

    private mutating func string(quote: UInt8) throws(TemplateError) -> String {
        let start = line
        position += 1
        var bytes: [UInt8] = []
        while let next = byte() {
            advance()
            if next == quote { return String(decoding: bytes, as: UTF8.self) }
            if next == UInt8(ascii: "\\"), let escaped = byte() {
                advance()
                try unescape(escaped, into: &bytes)
            } else {
                bytes.append(next)
            }
        }
        throw TemplateError(line: start, problem: .syntax(expected: "a quote", found: "the end of the template"))
    }

    /// Python's escapes, but for octal and named ones.
    private mutating func unescape(_ escaped: UInt8, into bytes: inout [UInt8]) throws(TemplateError) {
        let simple: [UInt8: UInt8] = [
            UInt8(ascii: "n"): 10, UInt8(ascii: "t"): 9, UInt8(ascii: "r"): 13, UInt8(ascii: "a"): 7,
            UInt8(ascii: "b"): 8, UInt8(ascii: "f"): 12, UInt8(ascii: "v"): 11, UInt8(ascii: "\\"): escaped,
            UInt8(ascii: "'"): escaped, UInt8(ascii: "\""): escaped,
        ]
        let lengths: [UInt8: Int] = [UInt8(ascii: "x"): 2, UInt8(ascii: "u"): 4, UInt8(ascii: "U"): 8]
        if let byte = simple[escaped] {
            bytes.append(byte)
        } else if let length = lengths[escaped] {
            let digits = String(decoding: source[position...].prefix(length), as: UTF8.self)
            guard digits.utf8.count == length, let value = UInt32(digits, radix: 16),
                let scalar = Unicode.Scalar(value)
            else { throw TemplateError(line: line, problem: .syntax(expected: "a character's code", found: digits)) }
            position += length
            bytes.append(contentsOf: String(scalar).utf8)
        } else if (UInt8(ascii: "0")...UInt8(ascii: "7")).contains(escaped) || escaped == UInt8(ascii: "N") {
            throw TemplateError(line: line, problem: .unsupported("escape \\\(Unicode.Scalar(escaped))"))
        } else if escaped != UInt8(ascii: "\n") {
            bytes.append(contentsOf: [UInt8(ascii: "\\"), escaped])
        }
    }
}

extension UInt8 {
    fileprivate var isWordByte: Bool {
        switch self {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}
