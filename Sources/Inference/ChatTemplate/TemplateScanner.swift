/// Reads a template's bytes and knows where in it they stand.
struct TemplateScanner {
    private let source: [UInt8]
    private(set) var offset = 0
    private var line = 1
    private var column = 1

    /// All line ends become `\n`; the template's last one doesn't count.
    init(_ text: String) {
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

    var position: TemplatePosition { TemplatePosition(line: line, column: column) }
    var isAtEnd: Bool { offset >= source.count }

    func byte(_ ahead: Int = 0) -> UInt8? {
        offset + ahead < source.count ? source[offset + ahead] : nil
    }

    mutating func advance(by count: Int = 1) {
        for _ in 0..<min(count, source.count - offset) {
            let byte = source[offset]
            if byte == UInt8(ascii: "\n") {
                line += 1
                column = 1
            } else if byte & 0xC0 != 0x80 {
                column += 1
            }
            offset += 1
        }
    }

    func starts(with text: String) -> Bool { source[offset...].starts(with: text.utf8) }

    mutating func take(_ text: String) -> Bool {
        guard starts(with: text) else { return false }
        advance(by: text.utf8.count)
        return true
    }

    mutating func taking(while condition: (UInt8) -> Bool) -> String {
        let start = offset
        while let next = byte(), condition(next) { advance() }
        return text(from: start)
    }

    func text(from start: Int) -> String { String(decoding: source[start..<offset], as: UTF8.self) }

    /// Whether what was read last ended a line.
    var isAtLineStart: Bool { offset == 0 || source[offset - 1] == UInt8(ascii: "\n") }

    /// Skips what Python's `\s` matches.
    mutating func skipSpaces() {
        while let next = byte() {
            let length = next < 0x80 ? 1 : next < 0xE0 ? 2 : next < 0xF0 ? 3 : 4
            let character = source[offset..<min(offset + length, source.count)]
            let scalars = String(decoding: character, as: UTF8.self).unicodeScalars
            guard scalars.count == 1, scalars.allSatisfy(\.isPythonSpace) else { return }
            advance(by: length)
        }
    }
}
