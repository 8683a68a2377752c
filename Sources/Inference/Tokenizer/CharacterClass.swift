/// What the pre-tokenizers' patterns tell apart: `\p{L}`, `\p{N}`, `\s`, and the rest.
enum CharacterClass: UInt8 {
    case letter, number, space, other

    /// The newest Unicode version whose characters count as assigned, as in llama.cpp's tables.
    ///
    /// It is pinned so that tokens never depend on the Unicode version of the Swift runtime.
    private static let newestAge = (15, 1)

    init(_ scalar: Unicode.Scalar) {
        switch scalar.value {
        case 0x41...0x5a, 0x61...0x7a: self = .letter
        case 0x30...0x39: self = .number
        case 0x09...0x0d, 0x20: self = .space
        case 0..<0x80: self = .other
        case 0x4e00...0x9fa5, 0xac00...0xd7a3: self = .letter  // Common ideographs and Hangul, without a look-up.
        default: self = Self.lookUp(scalar.properties)
        }
    }

    private static func lookUp(_ properties: Unicode.Scalar.Properties) -> CharacterClass {
        guard let age = properties.age, (age.major, age.minor) <= newestAge else { return .other }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return .letter
        case .decimalNumber, .letterNumber, .otherNumber: return .number
        default: return properties.isWhitespace ? .space : .other
        }
    }
}

/// Text as a list of characters with their classes.
struct ClassifiedText {
    /// The UTF-8 that was classified.
    let bytes: [UInt8]
    private(set) var classes: [CharacterClass] = []
    /// Where each character starts in `bytes`, and then where the last one ends.
    private(set) var starts: [Int] = []

    /// Takes bytes as they come; each byte that belongs to no character counts as one of class `other`.
    init(_ bytes: [UInt8], _ range: Range<Int>) {
        self.bytes = bytes
        classes.reserveCapacity(range.count)
        starts.reserveCapacity(range.count + 1)
        var index = range.lowerBound
        while index < range.upperBound {
            starts.append(index)
            if let (scalar, length) = Self.scalar(bytes, index, range.upperBound) {
                classes.append(CharacterClass(scalar))
                index += length
            } else {
                classes.append(.other)
                index += 1
            }
        }
        starts.append(range.upperBound)
    }

    var count: Int { classes.count }

    /// The byte at which character `index` starts, if it starts before `end`.
    func byte(_ index: Int, _ end: Int) -> UInt8? { index < end ? bytes[starts[index]] : nil }

    /// The well-formed UTF-8 sequence at `index` (Unicode, table 3-7).
    private static func scalar(_ bytes: [UInt8], _ index: Int, _ end: Int) -> (Unicode.Scalar, Int)? {
        let lead = UInt32(bytes[index])
        let (length, smallest): (Int, UInt32)
        switch lead {
        case 0..<0x80: (length, smallest) = (1, 0)
        case 0xc2..<0xe0: (length, smallest) = (2, 0x80)
        case 0xe0..<0xf0: (length, smallest) = (3, 0x800)
        case 0xf0..<0xf5: (length, smallest) = (4, 0x10000)
        default: return nil
        }
        guard index + length <= end else { return nil }
        var value = length == 1 ? lead : lead & (0x7f >> UInt32(length))
        for next in bytes[index + 1..<index + length] {
            guard next & 0xc0 == 0x80 else { return nil }
            value = value << 6 | UInt32(next & 0x3f)
        }
        guard value >= smallest, let scalar = Unicode.Scalar(value) else { return nil }
        return (scalar, length)
    }
}
