import Testing

@testable import Deltas

@Suite("Contexts are put together where that costs little")
struct ContextMapTests {
    /// What the symbols of all contexts come to by the map's tables, over what they'd come to by tables of their own.
    static func loss(_ counts: [[UInt32]], tables: ContextMap) -> Double {
        var own = 0, mapped = 0
        for (context, counts) in counts.enumerated() {
            let total = Logarithm.of(counts.reduce(0) { $0 + UInt64($1) })
            let frequencies = tables.tables[Int(tables.map[context])].counts
            for (symbol, count) in counts.enumerated() where count > 0 {
                own += Int(count) * (total - Logarithm.of(UInt64(count)))
                mapped += Int(count) * (Frequencies.bits * 256 - Logarithm.of(UInt64(frequencies[symbol])))
            }
        }
        return Double(mapped) / Double(own) - 1
    }

    @Test("contexts with little in them don't draw others in")
    func rare() {
        // Distributions that are ever wider, and contexts that came once.
        var counts: [[UInt32]] = (1...40).map { width in
            (0..<256).map { symbol -> UInt32 in
                let height = 100_000 / width, distance = symbol * symbol / (width * width)
                return symbol > 6 * width ? 0 : UInt32(height / (1 + 8 * distance))
            }
        }
        for symbol in 156..<256 { counts.append((0..<256).map { $0 == symbol ? 1 : 0 }) }
        let map = ContextMap(clustering: counts.flatMap { $0 }, alphabet: 256)
        #expect(map.tables.count > 8)
        #expect(Self.loss(counts, tables: map) < 0.01)
    }

    @Test("thousands of contexts that are all alike share one table")
    func alike() {
        let map = ContextMap(
            clustering: [UInt32](repeating: 0, count: 3) + [UInt32](repeating: 5, count: 24_000), alphabet: 3)
        #expect(map.tables.count == 1)
    }

    @Test("a plane without symbols has a table that can be read again")
    func empty() {
        let map = ContextMap(clustering: [UInt32](repeating: 0, count: 16 * 256), alphabet: 256)
        #expect(map.map == [UInt8](repeating: 0, count: 16))
        #expect(map.tables.allSatisfy { Frequencies($0.counts) != nil })
    }
}
