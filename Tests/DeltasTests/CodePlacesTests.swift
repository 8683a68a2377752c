import CKernels
import Testing

@testable import Deltas

@Suite("Codes lie where their numbers do")
struct CodePlacesTests {
    @Test("all codes placed at once have the places of each", arguments: [2, 3, 4])
    func together(bits: Int) {
        let places = CodePlaces(bits: bits, first: 0, grid: Context.grid)
        let placed = Buffer(repeating: ck_placed_codes(), count: 1)
        for scale in [0.25, 0.9, 0.999, 1, 1.001, 1.5, 700, -1] {
            for offset in [-1e6, -8.25, -8, -7.99, 0, 3] {
                let mapping = CodeMapping(
                    from: AffineStep(scale: scale, offset: -8 * scale), to: AffineStep(scale: 1, offset: offset))
                unsafe places.placeAll(mapping, into: placed.start)
                let bytes = unsafe UnsafeRawBufferPointer(start: placed.start, count: 32)
                for code in 0..<UInt8(1 << bits) {
                    let expected = places.place(code, mapping.position(code))
                    let found = unsafe (floor: bytes[16 + Int(code)], context: Int(bytes[Int(code)]))
                    #expect(found == expected, "code \(code), scale \(scale), offset \(offset)")
                }
            }
        }
    }
}
