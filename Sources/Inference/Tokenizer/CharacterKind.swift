/// What the pre-tokenizers' patterns see of a character: ASCII as itself, everything else by its category.
///
/// Other white space counts as a vertical tab. That is llama.cpp's view of text, so its patterns can be taken as facts.
enum CharacterKind {
    static let number: UInt8 = 0x80
    static let letter: UInt8 = 0x81
    static let punctuation: UInt8 = 0x82
    static let mark: UInt8 = 0x83
    static let symbol: UInt8 = 0x84
    static let other: UInt8 = 0x85
    /// The first of two for each list of a pattern, for its letters and for the rest of it.
    static let listed: UInt8 = 0x86
    static let space: UInt8 = 0x0b

    /// The newest Unicode version whose characters count as assigned, as in llama.cpp's tables.
    ///
    /// It is pinned so that tokens never depend on the Unicode version of the Swift runtime.
    private static let newestAge = (15, 1)

    /// The kind of a code point above ASCII; surrogates count as `other`.
    static func of(_ point: UInt32) -> UInt8 {
        switch point {
        case 0x4e00...0x9fff, 0xac00...0xd7a3: return letter  // Common ideographs and Hangul, without a look-up.
        default: return Unicode.Scalar(point).map { of($0.properties) } ?? other
        }
    }

    private static func of(_ properties: Unicode.Scalar.Properties) -> UInt8 {
        guard let age = properties.age, (age.major, age.minor) <= newestAge else { return other }
        if properties.isWhitespace { return space }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter: return letter
        case .decimalNumber, .letterNumber, .otherNumber: return number
        case .nonspacingMark, .spacingMark, .enclosingMark: return mark
        case .mathSymbol, .currencySymbol, .modifierSymbol, .otherSymbol: return symbol
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            return punctuation
        default: return other
        }
    }
}
