/// Finds a string's number among `ByteStrings`; of equal strings the last, as llama.cpp does.
///
/// Open addressing over a table at most half full; the hash is seeded, so that no file can be made to collide.
struct ByteStringIndex {
    private var slots: [Int32]
    private let seed = Seed()

    init(_ strings: ByteStrings) {
        slots = [Int32](repeating: -1, count: tableSize(for: strings.count))
        let bytes = strings.bytes.span
        for number in 0..<strings.count {
            let slot = slot(of: bytes.extracting(strings.range(number)), among: strings, bytes)
            slots[slot] = Int32(number)
        }
    }

    /// The number of the string that equals `bytes[range]`.
    func find(_ bytes: [UInt8], _ range: Range<Int>, among strings: ByteStrings) -> Int32? {
        let number = slots[slot(of: bytes.span.extracting(range), among: strings, strings.bytes.span)]
        return number < 0 ? nil : number
    }

    /// The slot that holds the string, or the free one where it belongs; `all` are the bytes of `strings`.
    private func slot(of string: Span<UInt8>, among strings: ByteStrings, _ all: Span<UInt8>) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: seed.hash(string)) & mask
        while slots[slot] >= 0 {
            let other = strings.range(Int(slots[slot]))
            if other.count == string.count, equal(string, all.extracting(other)) { break }
            slot = (slot + 1) & mask
        }
        return slot
    }

    /// Whether two strings of one length are the same.
    private func equal(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}

/// A power of two at least twice `count`.
func tableSize(for count: Int) -> Int {
    var size = 16
    while size < 2 * count { size *= 2 }
    return size
}
