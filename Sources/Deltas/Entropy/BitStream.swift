/// Bits in bytes, the lowest first.
struct BitWriter {
    private(set) var bytes: [UInt8] = []
    private var pending: UInt64 = 0
    private var count = 0

    /// Adds the `bits` lowest bits of `value`, at most 32, above which it must be 0.
    mutating func append(_ value: UInt32, bits: Int) {
        pending |= UInt64(value) << UInt64(count)
        count += bits
        while count >= 8 {
            bytes.append(UInt8(truncatingIfNeeded: pending))
            pending >>= 8
            count -= 8
        }
    }

    /// Fills the last byte with zeros.
    mutating func finish() {
        if count > 0 { append(0, bits: 8 - count) }
    }
}

struct BitReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// The next bits, at most 32; nil past the end.
    mutating func next(_ bits: Int) -> UInt32? {
        guard bits <= 8 * bytes.count - position else { return nil }
        if bits == 0 { return 0 }
        // At most five bytes hold them, of which all but those behind the end are there.
        let first = position >> 3
        var value: UInt64 = 0
        for index in first...(position + bits - 1) >> 3 { value |= UInt64(bytes[index]) << UInt64(8 * (index - first)) }
        value >>= UInt64(position & 7)
        position += bits
        return UInt32(truncatingIfNeeded: value & (1 << UInt64(bits) - 1))
    }

    /// Whether less than a byte is left, and that is 0.
    var isFinished: Bool {
        let rest = 8 * bytes.count - position
        return rest < 8 && (rest == 0 || bytes[bytes.count - 1] >> UInt8(8 - rest) == 0)
    }
}
