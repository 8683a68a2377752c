import CKernels
import Testing

@Suite("Codes have the same places on every CPU")
struct PlaceTests {
    // The grid of deltas, for 2, 3 and 4 bits.
    @Test("as in portable C, for moves of any size", arguments: [3, 7, 15])
    func portable(last: Int32) {
        var random = Seeded(state: UInt64(last))
        var grid = ck_place_grid(
            part_bits: 3, end_bits: 3, end_width_bits: 2, end_start: 136, first_code: 0, last_code: last)
        for round in 0..<20_000 {
            // Up to what a delta holds them within.
            let size = Int32(1) << Int32(round % 21)
            let slope = 4096 + Int32.random(in: -size...size, using: &random)
            let shift = Int32.random(in: -64 * size...64 * size, using: &random)
            var fast = ck_placed_codes(), plain = ck_placed_codes()
            unsafe ck_place_codes(&grid, slope, shift, &fast)
            unsafe ck_place_codes_portable(&grid, slope, shift, &plain)
            #expect(bytes(of: fast) == bytes(of: plain), "slope \(slope), shift \(shift)")

            let count = round % 2 == 0 ? 16 : 32
            let codes = (0..<count).map { _ in UInt8(UInt32.random(in: 0...UInt32(last), using: &random)) }
            let noises = (0..<count).map { _ in Int16(152 * Int.random(in: 0..<24, using: &random)) }
            let contexts = (0..<152 * 24).map { UInt16(truncatingIfNeeded: $0 &* 40503) }
            var tables = [[UInt16]](repeating: [UInt16](repeating: 0, count: count), count: 2)
            var floors = [[UInt8]](repeating: [UInt8](repeating: 0, count: count), count: 2)
            unsafe ck_look_up_codes(&fast, codes, Int32(count), noises, contexts, &tables[0], &floors[0])
            unsafe ck_look_up_codes_portable(&plain, codes, Int32(count), noises, contexts, &tables[1], &floors[1])
            #expect(tables[0] == tables[1] && floors[0] == floors[1])
        }
    }

    private func bytes(of placed: ck_placed_codes) -> [UInt8] {
        unsafe withUnsafeBytes(of: placed) { unsafe Array($0) }
    }
}
