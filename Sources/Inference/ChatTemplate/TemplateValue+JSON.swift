/// A JSON text that can't be read, and where: an offset in bytes.
package struct TemplateJSONError: Error, Equatable {
    package let offset: Int
}

extension TemplateValue {
    /// Reads a JSON text as Python does: order is kept, the last of equal names counts, `1` and `1.0` differ.
    package init(json bytes: [UInt8]) throws(TemplateJSONError) {
        var reader = TemplateJSONReader(bytes: bytes)
        self = try reader.document()
    }
}

private struct TemplateJSONReader {
    let bytes: [UInt8]
    private var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    private var failure: TemplateJSONError { TemplateJSONError(offset: offset) }

    private func peek() throws(TemplateJSONError) -> UInt8 {
        guard offset < bytes.count else { throw failure }
        return bytes[offset]
    }

    private mutating func skipBlanks() {
        while offset < bytes.count, [0x20, 0x0A, 0x0D, 0x09].contains(bytes[offset]) { offset += 1 }
    }

    private mutating func take(_ text: String) -> Bool {
        guard bytes[offset...].starts(with: text.utf8) else { return false }
        offset += text.utf8.count
        return true
    }

    private mutating func takeAfterBlanks(_ text: String) -> Bool {
        skipBlanks()
        return take(text)
    }

    private mutating func expect(_ text: String) throws(TemplateJSONError) {
        guard takeAfterBlanks(text) else { throw failure }
    }

    mutating func document() throws(TemplateJSONError) -> TemplateValue {
        let value = try value(depth: 0)
        skipBlanks()
        guard offset == bytes.count else { throw failure }
        return value
    }

    private mutating func value(depth: Int) throws(TemplateJSONError) -> TemplateValue {
        guard depth < TemplateLimit.valueDepth / 2 else { throw failure }
        skipBlanks()
        switch try peek() {
        case UInt8(ascii: "{"):
            offset += 1
            return .mapping(try members(depth: depth))
        case UInt8(ascii: "["):
            offset += 1
            return .list(try elements(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        default: break
        }
        if take("true") { return .bool(true) }
        if take("false") { return .bool(false) }
        if take("null") { return .none }
        return try number()
    }

    private mutating func members(depth: Int) throws(TemplateJSONError) -> TemplateMapping {
        var members = TemplateMapping()
        if takeAfterBlanks("}") { return members }
        repeat {
            skipBlanks()
            let name = try string()
            try expect(":")
            members[.string(name)] = try value(depth: depth + 1)
        } while takeAfterBlanks(",")
        try expect("}")
        return members
    }

    private mutating func elements(depth: Int) throws(TemplateJSONError) -> [TemplateValue] {
        var elements: [TemplateValue] = []
        if takeAfterBlanks("]") { return elements }
        repeat { elements.append(try value(depth: depth + 1)) } while takeAfterBlanks(",")
        try expect("]")
        return elements
    }

    private mutating func digits() throws(TemplateJSONError) {
        guard try peek().isDigit else { throw failure }
        while offset < bytes.count, bytes[offset].isDigit { offset += 1 }
    }

    private mutating func number() throws(TemplateJSONError) -> TemplateValue {
        let start = offset
        _ = take("-")
        let isZero = try peek() == UInt8(ascii: "0")
        if isZero { offset += 1 } else { try digits() }
        let whole = offset
        if take(".") { try digits() }
        if take("e") || take("E") {
            _ = take("+") || take("-")
            try digits()
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if offset == whole, let value = Int(text) { return .integer(value) }
        guard offset > whole, let value = Double(text) else { throw failure }
        return .float(value)
    }

    private mutating func string() throws(TemplateJSONError) -> String {
        guard take("\"") else { throw failure }
        var text: [UInt8] = []
        while true {
            let byte = try peek()
            offset += 1
            switch byte {
            case UInt8(ascii: "\""):
                guard let valid = String(validating: text, as: UTF8.self) else { throw failure }
                return valid
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw failure
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(TemplateJSONError) {
        let byte = try peek()
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var units = [try codeUnit()]
            if (0xD800..<0xDC00).contains(units[0]), take("\\u") { units.append(try codeUnit()) }
            guard let decoded = String(validating: units, as: UTF16.self) else { throw failure }
            text += decoded.utf8
        default: throw failure
        }
    }

    private mutating func codeUnit() throws(TemplateJSONError) -> UInt16 {
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard let digit = Character(Unicode.Scalar(try peek())).hexDigitValue else { throw failure }
            unit = unit << 4 | UInt16(digit)
            offset += 1
        }
        return unit
    }
}
