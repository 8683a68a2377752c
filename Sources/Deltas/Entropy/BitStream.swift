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
        var value: UInt32 = 0
        for bit in 0..<bits {
            value |= UInt32(bytes[position >> 3] >> UInt8(position & 7) & 1) << UInt32(bit)
            position += 1
        }
        return value
    }

    /// Whether less than a byte is left, and that is 0.
    var isFinished: Bool {
        let rest = 8 * bytes.count - position
        return rest < 8 && (rest == 0 || bytes[bytes.count - 1] >> UInt8(8 - rest) == 0)
    }
}
