/// Finds a string's number among `ByteStrings`; of equal strings the last, as llama.cpp does.
///
/// Open addressing over a table at most half full; the hash is seeded, so that no file can be made to collide.
struct ByteStringIndex {
    private var slots: [Int32]
    private let seed = Seed()

    init(_ strings: ByteStrings) {
        slots = [Int32](repeating: -1, count: tableSize(for: strings.count))
        for number in 0..<strings.count {
            let range = strings.range(number)
            let slot = slot(of: strings.bytes, range, among: strings)
            slots[slot] = Int32(number)
        }
    }

    /// The number of the string that equals `bytes[range]`.
    func find(_ bytes: [UInt8], _ range: Range<Int>, among strings: ByteStrings) -> Int32? {
        let number = slots[slot(of: bytes, range, among: strings)]
        return number < 0 ? nil : number
    }

    /// The slot that holds the string, or the free one where it belongs.
    private func slot(of bytes: [UInt8], _ range: Range<Int>, among strings: ByteStrings) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: seed.hash(bytes, range)) & mask
        while slots[slot] >= 0 {
            let other = strings.range(Int(slots[slot]))
            if other.count == range.count, equal(bytes, range.lowerBound, strings.bytes, other) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func equal(_ left: [UInt8], _ start: Int, _ right: [UInt8], _ range: Range<Int>) -> Bool {
        for offset in 0..<range.count where left[start + offset] != right[range.lowerBound + offset] { return false }
        return true
    }
}

/// A power of two at least twice `count`.
func tableSize(for count: Int) -> Int {
    var size = 16
    while size < 2 * count { size *= 2 }
    return size
}
