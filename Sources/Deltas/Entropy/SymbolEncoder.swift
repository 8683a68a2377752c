/// Collects symbols and encodes them for `SymbolDecoder`, the last one first.
struct SymbolEncoder {
    /// Table, symbol and lane of each symbol, in the order of decoding.
    private var pending: [UInt32] = []

    /// Adds the symbols of one call of `decode`.
    mutating func append(_ run: borrowing SymbolRun) {
        for index in 0..<run.count {
            let (table, symbol) = run[index]
            pending.append(UInt32(table) << 16 | UInt32(symbol) << 8 | UInt32(index % SymbolDecoder.lanes))
        }
    }

    /// The states in front of the words.
    func encoded(with tables: EncodingTables) -> [UInt8] {
        var states = [UInt32](repeating: SymbolDecoder.lowest, count: SymbolDecoder.lanes)
        var words: [UInt16] = []
        words.reserveCapacity(pending.count / 4)
        for symbol in pending.reversed() {
            let (start, count) = tables.entries[Int(symbol >> 16) * EncodingTables.stride + Int(symbol >> 8 & 255)]
            var state = states[Int(symbol & 255)]
            if UInt64(state) >= UInt64(count) << UInt64(32 - Frequencies.bits) {
                words.append(UInt16(truncatingIfNeeded: state))
                state >>= 16
            }
            states[Int(symbol & 255)] = (state / count) << UInt32(Frequencies.bits) + state % count + start
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(4 * states.count + 2 * words.count)
        for state in states { bytes.append(littleEndian: state) }
        for word in words.reversed() { bytes.append(littleEndian: word) }
        return bytes
    }
}
