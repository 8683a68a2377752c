import JSONText

extension JSONValue {
    /// Canonical JSON (OLPC), the bytes that TUF signs: sorted names, no blanks, only `"` and `\` escaped.
    package var canonical: [UInt8] { bytes(escaping: Self.appendCanonical) }

    /// JSON as this project writes it: sorted names, no blanks, slashes and letters as they are.
    package var encoded: [UInt8] { bytes { $1 += JSON.quoted($0).utf8 } }

    private func bytes(escaping append: (String, inout [UInt8]) -> Void) -> [UInt8] {
        var bytes: [UInt8] = []
        write(to: &bytes, append)
        return bytes
    }

    private func write(to bytes: inout [UInt8], _ append: (String, inout [UInt8]) -> Void) {
        switch self {
        case .null: bytes += "null".utf8
        case .boolean(let flag): bytes += (flag ? "true" : "false").utf8
        case .integer(let number): bytes += String(number).utf8
        case .string(let text): append(text, &bytes)
        case .array(let elements):
            bytes.append(UInt8(ascii: "["))
            for (index, element) in elements.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                element.write(to: &bytes, append)
            }
            bytes.append(UInt8(ascii: "]"))
        case .object(let members):
            bytes.append(UInt8(ascii: "{"))
            // The order of UTF-8 bytes is the order of code points; Swift's own `<` is another.
            let sorted = members.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            for (index, member) in sorted.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                append(member.key, &bytes)
                bytes.append(UInt8(ascii: ":"))
                member.value.write(to: &bytes, append)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }

    private static func appendCanonical(_ text: String, to bytes: inout [UInt8]) {
        bytes.append(UInt8(ascii: "\""))
        for byte in text.utf8 {
            if byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { bytes.append(UInt8(ascii: "\\")) }
            bytes.append(byte)
        }
        bytes.append(UInt8(ascii: "\""))
    }
}
