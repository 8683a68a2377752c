/// Decodes symbols by range asymmetric numeral systems (Duda, 2013): eight states in turn, 16-bit words.
///
/// A state x, always at least 2^16 between symbols, holds the symbol of slot x mod 2048; it goes on with
/// count·(x div 2048) + the slot's number within the symbol, and below 2^16 takes a word in from the right.
struct SymbolDecoder {
    static let lanes = 8
    static let lowest: UInt32 = 1 << 16

    private var states: InlineArray<8, UInt32>
    private var position = 4 * lanes
    private let end: Int

    /// Starts at the states in front of the words; nil if there isn't even room for them.
    init?(_ bytes: RawSpan) {
        guard bytes.byteCount >= position, bytes.byteCount % 2 == 0 else { return nil }
        // In bounds as checked above, and any bits are a number.
        let all = unsafe bytes.unsafeLoadUnaligned(as: SIMD8<UInt32>.self)
        states = InlineArray { all[$0].littleEndian }
        end = bytes.byteCount
    }

    /// Whether all words are used and every state is where the encoder began.
    var isFinished: Bool { position == end && states.indices.allSatisfy { states[$0] == Self.lowest } }

    /// Decodes one symbol for each of `tables`, which name tables of `entries`; words behind the end count as 0.
    mutating func decode(
        _ bytes: RawSpan, tables: UnsafeBufferPointer<UInt16>, entries: UnsafePointer<UInt32>,
        into symbols: UnsafeMutablePointer<UInt8>
    ) {
        unsafe bytes.withUnsafeBytes { buffer in
            guard let input = buffer.baseAddress, let ids = tables.baseAddress else { return }
            let count = tables.count
            var index = unsafe decodeFast(input, ids, count, entries, symbols)
            while index < count {
                let lane = index % Self.lanes
                let entry = unsafe Self.entry(states[lane], ids[index], entries)
                var state = Self.next(states[lane], entry)
                if state < Self.lowest {
                    let word = unsafe position + 2 <= end ? Self.word(input, position) : 0
                    state = state << 16 | word
                    position += 2
                }
                states[lane] = state
                unsafe symbols[index] = UInt8(truncatingIfNeeded: entry)
                index += 1
            }
        }
    }

    /// Decodes in rounds of one symbol a lane, as long as every lane could take a word in; returns how many.
    private mutating func decodeFast(
        _ input: UnsafeRawPointer, _ ids: UnsafePointer<UInt16>, _ count: Int, _ entries: UnsafePointer<UInt32>,
        _ symbols: UnsafeMutablePointer<UInt8>
    ) -> Int {
        var a = states[0], b = states[1], c = states[2], d = states[3]
        var e = states[4], f = states[5], g = states[6], h = states[7]
        var index = 0, place = position
        let safeEnd = end - 2 * Self.lanes
        while index + Self.lanes <= count, place <= safeEnd {
            // Eight symbols take at most eight words, which are there.
            unsafe symbols[index] = Self.step(&a, ids[index], entries, input, &place)
            unsafe symbols[index + 1] = Self.step(&b, ids[index + 1], entries, input, &place)
            unsafe symbols[index + 2] = Self.step(&c, ids[index + 2], entries, input, &place)
            unsafe symbols[index + 3] = Self.step(&d, ids[index + 3], entries, input, &place)
            unsafe symbols[index + 4] = Self.step(&e, ids[index + 4], entries, input, &place)
            unsafe symbols[index + 5] = Self.step(&f, ids[index + 5], entries, input, &place)
            unsafe symbols[index + 6] = Self.step(&g, ids[index + 6], entries, input, &place)
            unsafe symbols[index + 7] = Self.step(&h, ids[index + 7], entries, input, &place)
            index += Self.lanes
        }
        states = [a, b, c, d, e, f, g, h]
        position = place
        return index
    }

    @inline(__always)
    private static func step(
        _ state: inout UInt32, _ table: UInt16, _ entries: UnsafePointer<UInt32>, _ input: UnsafeRawPointer,
        _ place: inout Int
    ) -> UInt8 {
        let entry = unsafe entry(state, table, entries)
        let low = next(state, entry)
        let full = unsafe low << 16 | word(input, place)
        state = low < lowest ? full : low
        place &+= low < lowest ? 2 : 0
        return UInt8(truncatingIfNeeded: entry)
    }

    @inline(__always)
    private static func entry(_ state: UInt32, _ table: UInt16, _ entries: UnsafePointer<UInt32>) -> UInt32 {
        unsafe entries[Int(table) << Frequencies.bits | Int(state & UInt32(Frequencies.total - 1))]
    }

    @inline(__always)
    private static func next(_ state: UInt32, _ entry: UInt32) -> UInt32 {
        let above = state >> UInt32(Frequencies.bits)
        return (entry >> 20) &* above &+ (entry >> 8 & 4095)
    }

    @inline(__always)
    private static func word(_ input: UnsafeRawPointer, _ place: Int) -> UInt32 {
        UInt32(UInt16(littleEndian: unsafe input.loadUnaligned(fromByteOffset: place, as: UInt16.self)))
    }
}
