extension JSONValue {
    /// Reads one JSON text: UTF-8, no duplicate names, integers only, at most 64 levels deep.
    package init(parsing bytes: [UInt8]) throws(SignatureError) {
        var parser = JSONParser(bytes: bytes)
        do throws(JSONProblem) {
            self = try parser.document()
        } catch {
            throw .malformedJSON(offset: parser.offset, problem: error)
        }
    }
}

/// A strict recursive-descent reader of JSON (RFC 8259).
private struct JSONParser {
    let bytes: [UInt8]
    private(set) var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(JSONProblem) -> JSONValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard offset == bytes.count else { throw .trailingBytes }
        return value
    }

    private mutating func value(depth: Int) throws(JSONProblem) -> JSONValue {
        guard depth < 64 else { throw .tooDeep }
        skipBlanks()
        switch try peek() {
        case UInt8(ascii: "{"): return try object(depth: depth)
        case UInt8(ascii: "["): return try array(depth: depth)
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try word("true", .boolean(true))
        case UInt8(ascii: "f"): return try word("false", .boolean(false))
        case UInt8(ascii: "n"): return try word("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .integer(try integer())
        default: throw .unexpectedByte
        }
    }

    private mutating func object(depth: Int) throws(JSONProblem) -> JSONValue {
        var members: [String: JSONValue] = [:]
        offset += 1
        if try takeAfterBlanks(UInt8(ascii: "}")) { return .object(members) }
        repeat {
            skipBlanks()
            guard try peek() == UInt8(ascii: "\"") else { throw .unexpectedByte }
            let name = try string()
            guard members[name] == nil else { throw .duplicateName }
            guard try takeAfterBlanks(UInt8(ascii: ":")) else { throw .unexpectedByte }
            members[name] = try value(depth: depth + 1)
        } while try takeAfterBlanks(UInt8(ascii: ","))
        guard try takeAfterBlanks(UInt8(ascii: "}")) else { throw .unexpectedByte }
        return .object(members)
    }

    private mutating func array(depth: Int) throws(JSONProblem) -> JSONValue {
        var elements: [JSONValue] = []
        offset += 1
        if try takeAfterBlanks(UInt8(ascii: "]")) { return .array(elements) }
        repeat {
            elements.append(try value(depth: depth + 1))
        } while try takeAfterBlanks(UInt8(ascii: ","))
        guard try takeAfterBlanks(UInt8(ascii: "]")) else { throw .unexpectedByte }
        return .array(elements)
    }

    private mutating func word(_ word: String, _ value: JSONValue) throws(JSONProblem) -> JSONValue {
        for byte in word.utf8 {
            guard try peek() == byte else { throw .unexpectedByte }
            offset += 1
        }
        return value
    }

    private mutating func integer() throws(JSONProblem) -> Int {
        let start = offset
        if bytes[offset] == UInt8(ascii: "-") { offset += 1 }
        let digits = offset
        while offset < bytes.count, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(bytes[offset]) { offset += 1 }
        let leadingZero = offset - digits > 1 && bytes[digits] == UInt8(ascii: "0")
        let fraction =
            offset < bytes.count && [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E")].contains(bytes[offset])
        guard !leadingZero, !fraction, let number = Int(String(decoding: bytes[start..<offset], as: UTF8.self)),
            !(number == 0 && digits > start)
        else { throw .notAnInteger }
        return number
    }

    private mutating func string() throws(JSONProblem) -> String {
        var text: [UInt8] = []
        offset += 1
        while true {
            let byte = try peek()
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else { throw .invalidText }
                return valid
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw .invalidText
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONProblem) {
        let byte = try peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"): text += String(Character(try scalar())).utf8
        default: throw .invalidText
        }
    }

    /// The code point after `\u`, two escapes where it is beyond the basic plane.
    private mutating func scalar() throws(JSONProblem) -> Unicode.Scalar {
        var code = try codeUnit()
        if (0xD800..<0xDC00).contains(code) {
            for expected in [UInt8(ascii: "\\"), UInt8(ascii: "u")] {
                guard try peek() == expected else { throw .invalidText }
                offset += 1
            }
            let low = try codeUnit()
            guard (0xDC00..<0xE000).contains(low) else { throw .invalidText }
            code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
        }
        guard let scalar = Unicode.Scalar(code) else { throw .invalidText }
        return scalar
    }

    private mutating func codeUnit() throws(JSONProblem) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else { throw .invalidText }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }

    private func peek() throws(JSONProblem) -> UInt8 {
        guard offset < bytes.count else { throw .ended }
        return bytes[offset]
    }

    private mutating func takeAfterBlanks(_ byte: UInt8) throws(JSONProblem) -> Bool {
        skipBlanks()
        guard try peek() == byte else { return false }
        offset += 1
        return true
    }

    private mutating func skipBlanks() {
        while offset < bytes.count {
            switch bytes[offset] {
            case 0x20, 0x09, 0x0A, 0x0D: offset += 1
            default: return
            }
        }
    }
}
