/// Decodes symbols by range asymmetric numeral systems (Duda, 2013): four states in turn, 16-bit words.
///
/// A state x, always at least 2^16 between symbols, holds the symbol of slot x mod 4096; it goes on with
/// count·(x div 4096) + the slot's number within the symbol, and below 2^16 takes a word in from the right.
struct SymbolDecoder {
    static let lanes = 4
    static let lowest: UInt32 = 1 << 16

    private var states: (UInt32, UInt32, UInt32, UInt32)
    private var position: Int
    private let end: Int

    /// Starts at the states in front of the words; nil if there isn't even room for them.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= 16, bytes.byteCount % 2 == 0 else { return nil }
        // In bounds as checked above, and any bits are a number.
        let all = unsafe bytes.unsafeLoadUnaligned(as: SIMD4<UInt32>.self)
        states = (all[0].littleEndian, all[1].littleEndian, all[2].littleEndian, all[3].littleEndian)
        position = 16
        end = bytes.byteCount
    }

    /// Whether all words are used and every state is where the encoder began.
    var isFinished: Bool {
        position == end && states == (Self.lowest, Self.lowest, Self.lowest, Self.lowest)
    }

    /// Decodes one symbol for each of `tables`, which name tables of `entries`; words behind the end count as 0.
    mutating func decode(
        _ bytes: RawSpan, tables: UnsafeBufferPointer<UInt16>, entries: UnsafeBufferPointer<UInt32>,
        into symbols: UnsafeMutablePointer<UInt8>
    ) {
        // Every table's number times 4096 is within `entries`: the map from contexts was checked when it was read.
        guard let entries = entries.baseAddress else { return }
        unsafe bytes.withUnsafeBytes { buffer in
            guard let input = buffer.baseAddress, let ids = tables.baseAddress else { return }
            let count = tables.count
            var (a, b, c, d) = states
            var index = 0, place = position
            let safeEnd = end - 2 * Self.lanes
            while index + 4 <= count, place <= safeEnd {
                // Four symbols take at most four words, which are there.
                unsafe symbols[index] = Self.step(&a, ids[index], entries, input, &place)
                unsafe symbols[index + 1] = Self.step(&b, ids[index + 1], entries, input, &place)
                unsafe symbols[index + 2] = Self.step(&c, ids[index + 2], entries, input, &place)
                unsafe symbols[index + 3] = Self.step(&d, ids[index + 3], entries, input, &place)
                index += 4
            }
            while index < count {
                unsafe symbols[index] = Self.careful(&a, ids[index], entries, input, &place, end)
                (a, b, c, d) = (b, c, d, a)
                index += 1
            }
            // The lanes turned once for each symbol of the second loop.
            switch count & 3 {
            case 1: states = (d, a, b, c)
            case 2: states = (c, d, a, b)
            case 3: states = (b, c, d, a)
            default: states = (a, b, c, d)
            }
            position = place
        }
    }

    @inline(__always)
    private static func step(
        _ state: inout UInt32, _ table: UInt16, _ entries: UnsafePointer<UInt32>, _ input: UnsafeRawPointer,
        _ place: inout Int
    ) -> UInt8 {
        let entry = unsafe entries[Int(table) << Frequencies.bits | Int(state & UInt32(Frequencies.total - 1))]
        let above = state >> UInt32(Frequencies.bits)
        var next = (entry >> 20) &* above &+ above &+ (entry >> 8 & 4095)
        let word = UInt32(UInt16(littleEndian: unsafe input.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
        let isLow = next < lowest
        next = isLow ? next << 16 | word : next
        place &+= isLow ? 2 : 0
        state = next
        return UInt8(truncatingIfNeeded: entry)
    }

    private static func careful(
        _ state: inout UInt32, _ table: UInt16, _ entries: UnsafePointer<UInt32>, _ input: UnsafeRawPointer,
        _ place: inout Int, _ end: Int
    ) -> UInt8 {
        let entry = unsafe entries[Int(table) << Frequencies.bits | Int(state & UInt32(Frequencies.total - 1))]
        let above = state >> UInt32(Frequencies.bits)
        state = (entry >> 20) &* above &+ above &+ (entry >> 8 & 4095)
        if state < lowest {
            let word = place + 2 <= end ? unsafe input.loadUnaligned(fromByteOffset: place, as: UInt16.self) : 0
            state = state << 16 | UInt32(UInt16(littleEndian: word))
            place += 2
        }
        return UInt8(truncatingIfNeeded: entry)
    }
}
