/// A set of character kinds.
struct KindSet: Sendable, Equatable {
    /// A bit for each kind from 0, from 64 and from 128 up.
    private var low: UInt64 = 0
    private var middle: UInt64 = 0
    private var high: UInt64 = 0

    static let none = KindSet()
    static let spaces = KindSet(0x09...0x0d).union(KindSet(0x20...0x20))
    static let digits = KindSet(0x30...0x39)
    static let numbers = digits.union(KindSet(CharacterKind.number...CharacterKind.number))
    static let letters = KindSet(0x41...0x5a).union(KindSet(0x61...0x7a))
        .union(KindSet(CharacterKind.letter...CharacterKind.letter))
    static let marks = KindSet(CharacterKind.mark...CharacterKind.mark)
    static let punctuation = KindSet("!\"#%&'()*,-./:;?@[\\]_{}")
        .union(KindSet(CharacterKind.punctuation...CharacterKind.punctuation))
    static let symbols = KindSet("$+<=>^`|~").union(KindSet(CharacterKind.symbol...CharacterKind.symbol))

    private init() {}

    init(_ kinds: ClosedRange<UInt8>) {
        for kind in kinds { insert(kind) }
    }

    private init(_ characters: StaticString) {
        for kind in characters.description.utf8 { insert(kind) }
    }

    /// The letters of a pattern's list, or all of the list.
    static func listed(_ list: Int, lettersOnly: Bool = false) -> KindSet {
        let first = CharacterKind.listed + 2 * UInt8(list)
        return KindSet(first...(lettersOnly ? first : first + 1))
    }

    private mutating func insert(_ kind: UInt8) {
        let bit = UInt64(1) << UInt64(kind & 63)
        switch kind >> 6 {
        case 0: low |= bit
        case 1: middle |= bit
        default: high |= bit
        }
    }

    func contains(_ kind: UInt8) -> Bool {
        let word = kind < 64 ? low : kind < 128 ? middle : high
        return word >> UInt64(kind & 63) & 1 != 0
    }

    func union(_ other: KindSet) -> KindSet {
        var result = self
        result.low |= other.low
        result.middle |= other.middle
        result.high |= other.high
        return result
    }

    func subtracting(_ other: KindSet) -> KindSet {
        var result = self
        result.low &= ~other.low
        result.middle &= ~other.middle
        result.high &= ~other.high
        return result
    }

    var inverted: KindSet {
        var result = self
        result.low = ~low
        result.middle = ~middle
        result.high = ~high
        return result
    }
}
