/// Plain numbers, told by the differences of their bits from older ones, all first bytes first.
///
/// Bits of floats ascend with their magnitude, so numbers that move a little differ in their low bits only.
struct NumberPlanes {
    /// Bytes of a number.
    let width: Int

    /// The differences of `new` from `old`, folded so that small ones have small bits, byte plane by byte plane.
    func subtract(_ old: RawSpan, from new: RawSpan) -> [UInt8] {
        let count = new.byteCount / width
        var planes = [UInt8](repeating: 0, count: new.byteCount)
        for index in 0..<count {
            let difference = fold(number(new, index) &- number(old, index))
            for byte in 0..<width {
                planes[byte * count + index] = UInt8(truncatingIfNeeded: difference >> UInt64(8 * byte))
            }
        }
        return planes
    }

    /// The numbers whose differences from `old` are in `planes`, which has as many bytes.
    func add(_ planes: [UInt8], to old: RawSpan) -> [UInt8] {
        let count = planes.count / width
        var new = [UInt8](repeating: 0, count: planes.count)
        for index in 0..<count {
            var difference: UInt64 = 0
            for byte in 0..<width { difference |= UInt64(planes[byte * count + index]) << UInt64(8 * byte) }
            let sum = number(old, index) &+ unfold(difference)
            for byte in 0..<width { new[index * width + byte] = UInt8(truncatingIfNeeded: sum >> UInt64(8 * byte)) }
        }
        return new
    }

    @inline(__always)
    private func number(_ bytes: RawSpan, _ index: Int) -> UInt64 {
        // In bounds for every index below the count; any bits are a number.
        let place = index * width
        return switch width {
        case 1: UInt64(unsafe bytes.unsafeLoad(fromByteOffset: place, as: UInt8.self))
        case 2: UInt64(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt16.self).littleEndian)
        case 4: UInt64(unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt32.self).littleEndian)
        default: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place, as: UInt64.self).littleEndian
        }
    }

    /// The difference with its sign in the lowest bit, within the number's width.
    private func fold(_ difference: UInt64) -> UInt64 {
        let shift = UInt64(64 - 8 * width)
        let signed = Int64(bitPattern: difference << shift) >> Int64(shift)
        return (UInt64(bitPattern: signed << 1 ^ signed >> 63) << shift) >> shift
    }

    private func unfold(_ folded: UInt64) -> UInt64 { folded >> 1 ^ (0 &- (folded & 1)) }
}
