/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` on, as transformers renders chat templates.
struct TemplateLexer {
    var scanner: TemplateScanner
    private var tokens: [TemplateToken] = []
    /// Whether the last tag ended its line, or none was read yet: then `lstrip_blocks` reaches the text's start.
    private var startsLine = true

    static func tokens(of source: String) throws(TemplateError) -> [TemplateToken] {
        guard source.utf8.count <= TemplateLimit.source else {
            throw TemplateError(
                position: TemplatePosition(line: 1, column: 1),
                problem: .limit("bytes in the template", TemplateLimit.source))
        }
        var lexer = TemplateLexer(scanner: TemplateScanner(source))
        while try lexer.tag() {}
        return lexer.tokens
    }

    private init(scanner: TemplateScanner) { self.scanner = scanner }

    /// Reads text and the tag after it; false at the end.
    private mutating func tag() throws(TemplateError) -> Bool {
        let textPosition = scanner.position
        let start = scanner.offset
        while !scanner.isAtEnd, !isAtTag { scanner.advance() }
        let text = scanner.text(from: start)
        let position = scanner.position
        if scanner.isAtEnd {
            append(text, textPosition)
            tokens.append(TemplateToken(kind: .end, position: position))
            return false
        }
        let isVariable = scanner.starts(with: "{{")
        let isComment = scanner.starts(with: "{#")
        scanner.advance(by: 2)
        append(stripped(text, isVariable: isVariable), textPosition)
        if isComment {
            try skipComment(from: position)
        } else if isVariable {
            try inside(.variableBegin, .variableEnd, "}", position)
        } else if takeRaw("raw") {
            if scanner.take("-%}") { scanner.skipSpaces() } else { _ = scanner.take("%}") }
            try raw(from: position)
        } else {
            try inside(.blockBegin, .blockEnd, "%", position)
        }
        return true
    }

    private mutating func append(_ text: String, _ position: TemplatePosition) {
        if !text.isEmpty { tokens.append(TemplateToken(kind: .text(text), position: position)) }
    }

    private var isAtTag: Bool {
        guard scanner.byte() == UInt8(ascii: "{"), let next = scanner.byte(1) else { return false }
        return next == UInt8(ascii: "%") || next == UInt8(ascii: "{") || next == UInt8(ascii: "#")
    }

    /// The text before a tag, the sign of which is taken: `-` strips it, `+` keeps it, and without a sign
    /// `lstrip_blocks` drops spaces before a block when nothing else stands before it in its line.
    private mutating func stripped(_ text: String, isVariable: Bool) -> String {
        if scanner.take("-") { return text.trimmed(left: false) }
        if scanner.take("+") || isVariable { return text }
        let scalars = text.unicodeScalars
        let start = scalars.lastIndex(of: "\n").map { scalars.index(after: $0) }
        guard start != nil || startsLine else { return text }
        let from = start ?? scalars.startIndex
        return scalars[from...].allSatisfy(\.isPythonSpace) ? String(scalars[..<from]) : text
    }

    /// Takes `name` after `{%`, if the tag has just that.
    private mutating func takeRaw(_ name: String) -> Bool {
        var ahead = scanner
        ahead.skipSpaces()
        guard ahead.take(name) else { return false }
        ahead.skipSpaces()
        guard ahead.starts(with: "%}") || ahead.starts(with: "-%}") || (name == "endraw" && ahead.starts(with: "+%}"))
        else { return false }
        scanner = ahead
        return true
    }

    private mutating func raw(from begin: TemplatePosition) throws(TemplateError) {
        let position = scanner.position
        let start = scanner.offset
        startsLine = scanner.isAtLineStart
        while !scanner.isAtEnd {
            if scanner.starts(with: "{%") {
                let text = scanner.text(from: start)
                scanner.advance(by: 2)
                let kept = stripped(text, isVariable: false)
                if takeRaw("endraw") {
                    append(kept, position)
                    _ = closes("%", trims: true)
                    return
                }
            } else {
                scanner.advance()
            }
        }
        throw unfinished("endraw", begin)
    }

    /// The end of a tag whose closing begins with `mark`, if it stands here: with `-` all spaces after it go, without a
    /// sign a block's first line end.
    private mutating func closes(_ mark: String, trims: Bool) -> Bool {
        let before = scanner.offset
        if scanner.take("-\(mark)}") {
            scanner.skipSpaces()
        } else if scanner.take("\(mark)}") {
            if trims { _ = scanner.take("\n") }
        } else if !trims || !scanner.take("+\(mark)}") {
            return false
        }
        startsLine = scanner.offset > before && scanner.isAtLineStart
        return true
    }

    private mutating func skipComment(from start: TemplatePosition) throws(TemplateError) {
        while !scanner.isAtEnd {
            if closes("#", trims: true) { return }
            scanner.advance()
        }
        throw unfinished("#}", start)
    }

    private mutating func inside(
        _ begin: TemplateToken.Kind, _ end: TemplateToken.Kind, _ mark: String, _ start: TemplatePosition
    ) throws(TemplateError) {
        tokens.append(TemplateToken(kind: begin, position: start))
        var open = 0
        while true {
            scanner.skipSpaces()
            let position = scanner.position
            guard let next = scanner.byte() else { throw unfinished(end.shown, start) }
            if open == 0, closes(mark, trims: begin == .blockBegin) {
                tokens.append(TemplateToken(kind: end, position: position))
                return
            }
            let kind = try token(next)
            tokens.append(TemplateToken(kind: kind, position: position))
            switch kind {
            case .symbol("("), .symbol("["), .symbol("{"): open += 1
            case .symbol(")"), .symbol("]"), .symbol("}"): open -= 1
            default: break
            }
        }
    }

    func unfinished(_ expected: String, _ start: TemplatePosition) -> TemplateError {
        TemplateError(position: start, problem: .syntax(expected: expected, found: "the end of the template"))
    }
}
