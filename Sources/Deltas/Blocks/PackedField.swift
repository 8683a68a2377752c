/// How numbers of a few bits each lie in a block: ggml's habit, in which neighbours lie in neighbouring bytes.
///
/// A chunk of `stride` bytes holds the numbers 0 ..< `stride` in its lowest bits, the next `stride` of them above, and
/// so on until the bytes are full.
struct PackedField {
    let offset: Int
    /// A divisor of 8.
    let bits: Int
    let stride: Int

    init(_ offset: Int, bits: Int, stride: Int) {
        self.offset = offset
        self.bits = bits
        self.stride = stride
    }

    /// Whether numbers are read sixteen bytes at a time, over whatever was there before.
    var overwrites: Bool { bits == 4 && stride.isMultiple(of: 16) }

    /// Adds `count` numbers of the block, shifted left by `shift`, to `codes` from `place` on.
    func read(
        _ block: UnsafePointer<UInt8>, count: Int, shift: UInt8, into codes: UnsafeMutablePointer<UInt8>
    ) {
        if overwrites, shift == 0 {
            return unsafe readNibbles(block, count: count, into: codes)
        }
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        var source = unsafe block + offset, target = unsafe codes
        for _ in Swift.stride(from: 0, to: count, by: stride * 8 / bits) {
            for part in 0..<8 / bits {
                let down = UInt8(truncatingIfNeeded: part * bits)
                for index in 0..<stride {
                    unsafe target[index] |= (source[index] &>> down & mask) &<< shift
                }
                unsafe target += stride
            }
            unsafe source += stride
        }
    }

    /// Sets the block's numbers to the bits of `codes` from `shift` up; the field's bytes must be zero.
    func write(
        _ codes: UnsafePointer<UInt8>, count: Int, shift: UInt8, to block: UnsafeMutablePointer<UInt8>
    ) {
        if overwrites, shift == 0 {
            return unsafe writeNibbles(codes, count: count, to: block)
        }
        let mask = UInt8(truncatingIfNeeded: (1 << bits) - 1)
        var source = unsafe codes, target = unsafe block + offset
        for _ in Swift.stride(from: 0, to: count, by: stride * 8 / bits) {
            for part in 0..<8 / bits {
                let up = UInt8(truncatingIfNeeded: part * bits)
                for index in 0..<stride {
                    unsafe target[index] |= (source[index] &>> shift & mask) &<< up
                }
                unsafe source += stride
            }
            unsafe target += stride
        }
    }

    /// `read` for most of what there is: four bits, sixteen bytes at a time.
    private func readNibbles(_ block: UnsafePointer<UInt8>, count: Int, into codes: UnsafeMutablePointer<UInt8>) {
        let source = unsafe UnsafeRawPointer(block + offset), target = UnsafeMutableRawPointer(codes)
        for first in Swift.stride(from: 0, to: count / 2, by: stride) {
            for place in Swift.stride(from: first, to: first + stride, by: 16) {
                let bytes = unsafe source.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
                let (low, high) = (first + place, first + place + stride)
                unsafe target.storeBytes(of: bytes & 15, toByteOffset: low, as: SIMD16<UInt8>.self)
                unsafe target.storeBytes(of: bytes &>> 4, toByteOffset: high, as: SIMD16<UInt8>.self)
            }
        }
    }

    private func writeNibbles(_ codes: UnsafePointer<UInt8>, count: Int, to block: UnsafeMutablePointer<UInt8>) {
        let source = unsafe UnsafeRawPointer(codes), target = unsafe UnsafeMutableRawPointer(block + offset)
        for first in Swift.stride(from: 0, to: count / 2, by: stride) {
            for place in Swift.stride(from: first, to: first + stride, by: 16) {
                let low = unsafe source.loadUnaligned(fromByteOffset: first + place, as: SIMD16<UInt8>.self)
                let high = unsafe source.loadUnaligned(fromByteOffset: first + place + stride, as: SIMD16<UInt8>.self)
                unsafe target.storeBytes(of: low & 15 | high &<< 4, toByteOffset: place, as: SIMD16<UInt8>.self)
            }
        }
    }
}
