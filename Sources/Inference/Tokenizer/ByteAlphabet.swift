/// GPT-2's alphabet: each byte as one printable character, so that vocabularies are readable text.
///
/// Printable Latin-1 stands for itself; the other 68 bytes are U+0100 and up, in order.
enum ByteAlphabet {
    /// The character of each byte.
    static let characters: [UInt16] = {
        var next: UInt16 = 256
        return (UInt16(0)..<256).map { byte in
            switch byte {
            case 0x21...0x7e, 0xa1...0xac, 0xae...0xff: return byte
            default:
                defer { next += 1 }
                return next
            }
        }
    }()

    /// The byte of each character below U+0144; -1 where a character stands for none.
    private static let bytes: [Int16] = {
        var bytes = [Int16](repeating: -1, count: 256 + 68)
        for (byte, character) in characters.enumerated() { bytes[Int(character)] = Int16(byte) }
        return bytes
    }()

    /// The UTF-8 of a byte's character.
    static func encoded(_ byte: UInt8) -> [UInt8] {
        let character = characters[Int(byte)]
        return character < 0x80
            ? [UInt8(character)] : [UInt8(0xc0 | character >> 6), UInt8(0x80 | character & 0x3f)]
    }

    /// Appends the bytes that `token` spells; characters outside the alphabet stand for themselves.
    static func decode(_ token: ArraySlice<UInt8>, into output: inout [UInt8]) {
        var index = token.startIndex
        while index < token.endIndex {
            let lead = token[index]
            var length = 1
            var character = Int(lead)
            if lead >= 0x80 {
                let pair = lead & 0xe0 == 0xc0 && index + 1 < token.endIndex
                length = pair ? 2 : 1
                character = pair ? Int(lead & 0x1f) << 6 | Int(token[index + 1] & 0x3f) : Int.max
            }
            if character < bytes.count, bytes[character] >= 0 {
                output.append(UInt8(truncatingIfNeeded: bytes[character]))
            } else {
                output.append(contentsOf: token[index..<index + length])
            }
            index += length
        }
    }
}
