/// How often each symbol of an alphabet comes, out of 2048.
struct Frequencies: Equatable {
    static let bits = 11
    static let total = 1 << bits

    /// One per symbol; their sum is `total`.
    let counts: [UInt16]

    /// Takes frequencies as they are read; nil unless they sum up to `total`.
    init?(_ counts: [UInt16]) {
        guard counts.reduce(0, { $0 + Int($1) }) == Self.total else { return nil }
        self.counts = counts
    }

    /// Gives everything to symbol 0.
    init(onlyFirstOf alphabet: Int) {
        counts = [UInt16(Self.total)] + [UInt16](repeating: 0, count: alphabet - 1)
    }

    /// Scales counts so that what was seen keeps at least 1; at least one count isn't 0.
    init(scaling counts: [UInt32]) {
        let sum = counts.reduce(UInt64(0)) { $0 + UInt64($1) }
        precondition(sum > 0 && counts.count <= Self.total)
        var scaled = counts.map { count in
            count == 0 ? 0 : max(1, Int((UInt64(count) * UInt64(Self.total) + sum / 2) / sum))
        }
        var excess = scaled.reduce(0, +) - Self.total
        // What rounding left over or short goes to the most frequent, where it costs least.
        while excess != 0 {
            guard let top = scaled.indices.max(by: { scaled[$0] < scaled[$1] }) else { break }
            let change = excess > 0 ? min(excess, max(1, scaled[top] / 2)) : excess
            scaled[top] -= change
            excess -= change
        }
        self.counts = scaled.map { UInt16($0) }
    }
}

/// Frequencies laid out for decoding: for each of the 2048 slots its symbol.
struct DecodingTables {
    /// By table, then slot: the symbol, the slot's number within the symbol (from bit 8), the frequency (from
    /// bit 20).
    private(set) var entries: [UInt32] = []

    mutating func append(_ frequencies: Frequencies) {
        entries.reserveCapacity(entries.count + Frequencies.total)
        for (symbol, count) in frequencies.counts.enumerated() where count > 0 {
            for within in 0..<UInt32(count) {
                entries.append(UInt32(symbol) | within << 8 | UInt32(count) << 20)
            }
        }
    }
}

/// Frequencies laid out for encoding.
struct EncodingTables {
    /// By table and symbol: where the symbol's slots start, and how many there are.
    private(set) var entries: [(start: UInt32, count: UInt32)] = []
    static let stride = 256

    mutating func append(_ frequencies: Frequencies) {
        var start: UInt32 = 0
        for symbol in 0..<Self.stride {
            let count = symbol < frequencies.counts.count ? UInt32(frequencies.counts[symbol]) : 0
            entries.append((start, count))
            start += count
        }
    }
}
