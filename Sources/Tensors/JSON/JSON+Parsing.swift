extension JSON {
    /// Reads one JSON text (RFC 8259); nothing but blanks may follow it.
    package init(parsing bytes: [UInt8]) throws(TensorError) {
        var parser = JSONParser(bytes: bytes)
        self = try parser.document()
    }
}

/// Recursive descent over the bytes, with a limit of depth.
private struct JSONParser {
    static let depthLimit = 64

    let bytes: [UInt8]
    var offset = 0

    init(bytes: [UInt8]) { self.bytes = bytes }

    mutating func document() throws(TensorError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard offset == bytes.count else { throw failure(.syntax) }
        return value
    }

    private func failure(_ problem: JSONProblem) -> TensorError { .json(problem, offset: offset) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ text: StaticString, _ value: JSON) throws(TensorError) -> JSON {
        for byte in text.description.utf8 {
            guard take(byte) else { throw failure(.syntax) }
        }
        return value
    }

    private mutating func value(depth: Int) throws(TensorError) -> JSON {
        guard depth < Self.depthLimit else { throw failure(.tooDeep(limit: Self.depthLimit)) }
        skipBlanks()
        switch next {
        case UInt8(ascii: "{"): return .object(try object(depth: depth))
        case UInt8(ascii: "["): return .array(try array(depth: depth))
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try expect("true", .bool(true))
        case UInt8(ascii: "f"): return try expect("false", .bool(false))
        case UInt8(ascii: "n"): return try expect("null", .null)
        default: return try number()
        }
    }

    private mutating func object(depth: Int) throws(TensorError) -> JSON.Object {
        offset += 1
        var members: [JSON.Member] = []
        var positions: [JSON.ExactName: Int] = [:]
        skipBlanks()
        if take(UInt8(ascii: "}")) { return JSON.Object(members: [], positions: [:]) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw failure(.syntax) }
            let name = try string()
            guard positions.updateValue(members.count, forKey: JSON.ExactName(text: name)) == nil else {
                throw failure(.duplicate(name))
            }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw failure(.syntax) }
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw failure(.syntax) }
        return JSON.Object(members: members, positions: positions)
    }

    private mutating func array(depth: Int) throws(TensorError) -> [JSON] {
        offset += 1
        var values: [JSON] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return [] }
        repeat {
            values.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw failure(.syntax) }
        return values
    }

    private mutating func string() throws(TensorError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return try text(bytes[start..<offset])
        }
        var unescaped = Array(bytes[start..<offset])
        while let byte = next {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...])
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            case 0..<0x20: throw failure(.syntax)
            default: unescaped.append(byte)
            }
        }
        throw failure(.syntax)
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(TensorError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(.notUTF8) }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(TensorError) {
        guard let byte = next else { throw failure(.syntax) }
        offset += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(0x08)
        case UInt8(ascii: "f"): text.append(0x0C)
        case UInt8(ascii: "n"): text.append(0x0A)
        case UInt8(ascii: "r"): text.append(0x0D)
        case UInt8(ascii: "t"): text.append(0x09)
        case UInt8(ascii: "u"):
            var code = try hexadecimal()
            if code >> 10 == 0x36 {
                // A high surrogate must be followed by a low one.
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw failure(.syntax) }
                let low = try hexadecimal()
                guard low >> 10 == 0x37 else { throw failure(.syntax) }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw failure(.syntax) }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw failure(.syntax)
        }
    }

    private mutating func hexadecimal() throws(TensorError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else {
                throw failure(.syntax)
            }
            code = code << 4 | UInt32(digit)
            offset += 1
        }
        return code
    }

    private mutating func digits() -> Int {
        let start = offset
        while let byte = next, byte >= 0x30, byte <= 0x39 { offset += 1 }
        return offset - start
    }

    private mutating func number() throws(TensorError) -> JSON {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let first = next
        let count = digits()
        guard count > 0, count == 1 || first != UInt8(ascii: "0") else { throw failure(.syntax) }
        var whole = true
        if take(UInt8(ascii: ".")) {
            whole = false
            guard digits() > 0 else { throw failure(.syntax) }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            whole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw failure(.syntax) }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        if whole, let integer = Int(text) { return .integer(integer) }
        guard let number = Double(text), number.isFinite else { throw failure(.syntax) }
        return .number(number)
    }
}
