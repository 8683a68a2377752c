extension JSON {
    /// What a text may say beyond its grammar.
    package enum Strictness: Sendable {
        /// What model files have: any number, and names that differ in their bytes alone.
        case anyNumber
        /// What people sign: integers only, and no two names that Unicode holds to be the same.
        case signed
    }

    /// Reads one JSON text (RFC 8259), at most 64 levels deep; nothing but blanks may follow it.
    package init(parsing bytes: [UInt8], as strictness: Strictness = .anyNumber) throws(JSONError) {
        var parser = JSONParser(bytes: bytes, strictness: strictness)
        self = try parser.document()
    }
}

/// Recursive descent over the bytes, with a limit of depth.
private struct JSONParser {
    static let depthLimit = 64

    let bytes: [UInt8]
    let strictness: JSON.Strictness
    private var offset = 0

    init(bytes: [UInt8], strictness: JSON.Strictness) {
        self.bytes = bytes
        self.strictness = strictness
    }

    mutating func document() throws(JSONError) -> JSON {
        let value = try value(depth: 0)
        skipBlanks()
        guard offset == bytes.count else { throw failure(.trailingBytes) }
        return value
    }

    private func failure(_ problem: JSONProblem) -> JSONError { JSONError(offset: offset, problem: problem) }

    /// What stands here is not what has to.
    private var surprise: JSONError { failure(offset < bytes.count ? .unexpectedByte : .ended) }

    private var badText: JSONError { failure(offset < bytes.count ? .invalidText : .ended) }

    private var next: UInt8? { offset < bytes.count ? bytes[offset] : nil }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { offset += 1 }
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard next == byte else { return false }
        offset += 1
        return true
    }

    private mutating func expect(_ text: StaticString, _ value: JSON) throws(JSONError) -> JSON {
        for byte in text.description.utf8 {
            guard take(byte) else { throw surprise }
        }
        return value
    }

    private mutating func value(depth: Int) throws(JSONError) -> JSON {
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

    private mutating func object(depth: Int) throws(JSONError) -> JSON.Object {
        offset += 1
        var members: [JSON.Member] = []
        var positions: [JSON.ExactName: Int] = [:]
        var names: Set<String> = []
        skipBlanks()
        if take(UInt8(ascii: "}")) { return JSON.Object(members: [], positions: [:]) }
        repeat {
            skipBlanks()
            guard next == UInt8(ascii: "\"") else { throw surprise }
            let name = try string()
            let isNew = positions.updateValue(members.count, forKey: JSON.ExactName(text: name)) == nil
            guard isNew, strictness == .anyNumber || names.insert(name).inserted else {
                throw failure(.duplicateName(name))
            }
            skipBlanks()
            guard take(UInt8(ascii: ":")) else { throw surprise }
            members.append(JSON.Member(name: name, value: try value(depth: depth + 1)))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "}")) else { throw surprise }
        return JSON.Object(members: members, positions: positions)
    }

    private mutating func array(depth: Int) throws(JSONError) -> [JSON] {
        offset += 1
        var values: [JSON] = []
        skipBlanks()
        if take(UInt8(ascii: "]")) { return [] }
        repeat {
            values.append(try value(depth: depth + 1))
            skipBlanks()
        } while take(UInt8(ascii: ","))
        guard take(UInt8(ascii: "]")) else { throw surprise }
        return values
    }

    private mutating func string() throws(JSONError) -> String {
        offset += 1
        let start = offset
        while let byte = next, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { offset += 1 }
        if next == UInt8(ascii: "\"") {
            defer { offset += 1 }
            return try text(bytes[start..<offset])
        }
        var unescaped = Array(bytes[start..<offset])
        while let byte = next, byte >= 0x20 {
            offset += 1
            switch byte {
            case UInt8(ascii: "\""): return try text(unescaped[...])
            case UInt8(ascii: "\\"): try escape(into: &unescaped)
            default: unescaped.append(byte)
            }
        }
        throw badText
    }

    private func text(_ bytes: ArraySlice<UInt8>) throws(JSONError) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else { throw failure(.invalidText) }
        return text
    }

    private mutating func escape(into text: inout [UInt8]) throws(JSONError) {
        guard let byte = next else { throw badText }
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
                guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw badText }
                let low = try hexadecimal()
                guard low >> 10 == 0x37 else { throw badText }
                code = 0x10000 + (code & 0x3FF) << 10 + (low & 0x3FF)
            }
            guard let scalar = Unicode.Scalar(code) else { throw badText }
            text.append(contentsOf: String(Character(scalar)).utf8)
        default: throw badText
        }
    }

    private mutating func hexadecimal() throws(JSONError) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            guard let byte = next, let digit = Character(Unicode.Scalar(byte)).hexDigitValue else { throw badText }
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

    private mutating func number() throws(JSONError) -> JSON {
        let start = offset
        _ = take(UInt8(ascii: "-"))
        let first = next
        let count = digits()
        guard count > 0 else { throw surprise }
        guard count == 1 || first != UInt8(ascii: "0") else { throw failure(.unexpectedByte) }
        var whole = true
        if take(UInt8(ascii: ".")) {
            whole = false
            guard digits() > 0 else { throw surprise }
        }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            whole = false
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            guard digits() > 0 else { throw surprise }
        }
        let text = String(decoding: bytes[start..<offset], as: UTF8.self)
        // Canonical JSON has no minus zero.
        if whole, let integer = Int(text), strictness == .anyNumber || text != "-0" { return .integer(integer) }
        guard strictness == .anyNumber else { throw failure(.notAnInteger) }
        guard let number = Double(text), number.isFinite else { throw failure(.outOfRange) }
        return .number(number)
    }
}
