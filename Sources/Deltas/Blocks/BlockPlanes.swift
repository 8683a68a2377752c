import Tensors

/// The planes of a block type, whose contexts are counted through: fp16 numbers, scale codes, codes, the
/// numbers of updates.
struct BlockPlanes {
    struct Plane {
        /// The plane's contexts among all of the type's.
        let contexts: Range<Int>
        let alphabet: Int
    }

    let form: BlockForm
    let halves: Plane
    /// Empty where scales have no codes.
    let scaleCodes: Plane
    let codes: Plane
    /// Empty for types that have no updates.
    let updates: Plane

    init(_ form: BlockForm) {
        self.form = form
        let halfContexts =
            form.halves.count * Context.halves + (form.scaleFollows == nil ? 0 : UpdatedContext.halves)
        halves = Plane(contexts: 0..<halfContexts, alphabet: HalfSymbol.alphabet)
        let scaleContexts = form.scaleCodeCount == 0 ? 0 : form.halves.count * Context.codes
        scaleCodes = Plane(contexts: halfContexts..<halfContexts + scaleContexts, alphabet: 1 << form.scaleCodeBits)
        let start = halfContexts + scaleContexts
        codes = Plane(
            contexts: start..<start + Context.codes + (form.isLadder ? 0 : UpdatedContext.codes),
            alphabet: 1 << form.codeBits)
        let end = codes.contexts.upperBound
        updates = Plane(contexts: end..<end + (form.isLadder ? 0 : UpdatedContext.spreads), alphabet: 256)
    }

    /// Those that there are, in the order of their contexts.
    var all: [Plane] { [halves, scaleCodes, codes, updates].filter { !$0.contexts.isEmpty } }
    var contexts: Int { updates.contexts.upperBound }
}

/// How a new fp16 number is told by the old one: a symbol, and some extra bits.
///
/// The symbol's top bit says that the sign has changed. The magnitudes' difference u is folded (0, −1, 1, −2 …); up to
/// 15 it is the symbol, above that the symbol has its exponent and the three bits below the first.
struct HalfSymbol {
    static let alphabet = 256

    let symbol: UInt8
    let extra: UInt32
    let extraBits: Int

    init(from old: UInt16, to new: UInt16) {
        let difference = Int(new & 0x7fff) - Int(old & 0x7fff)
        let folded = difference >= 0 ? 2 * difference : -2 * difference - 1
        let flip = UInt8(truncatingIfNeeded: (old ^ new) >> 8 & 128)
        if folded < 16 {
            self.init(symbol: flip | UInt8(folded), extra: 0)
        } else {
            let exponent = Int.bitWidth - 1 - folded.leadingZeroBitCount
            let below = folded >> (exponent - 3) & 7
            self.init(
                symbol: flip | UInt8(16 + 8 * (exponent - 4) + below), extra: UInt32(folded & (1 << (exponent - 3) - 1))
            )
        }
    }

    private init(symbol: UInt8, extra: UInt32) {
        self.symbol = symbol
        self.extra = extra
        extraBits = Self.extraBits(of: symbol)
    }

    /// How many bits follow a symbol.
    static func extraBits(of symbol: UInt8) -> Int {
        let token = Int(symbol & 127)
        return token < 16 ? 0 : (token - 16) / 8 + 1
    }

    /// The new number; nil for a symbol and bits that lead to none.
    static func apply(_ symbol: UInt8, extra: UInt32, to old: UInt16) -> UInt16? {
        let token = Int(symbol & 127)
        let folded =
            token < 16 ? token : (8 + (token - 16) % 8) << ((token - 16) / 8 + 1) | Int(extra)
        let difference = folded & 1 == 0 ? folded / 2 : -(folded + 1) / 2
        let magnitude = Int(old & 0x7fff) + difference
        guard 0...0x7fff ~= magnitude else { return nil }
        return UInt16(magnitude) | (old ^ UInt16(symbol & 128) << 8) & 0x8000
    }
}
