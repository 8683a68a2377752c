/// What the codes of a group stand for: code c for scale·c + offset.
///
/// All arithmetic on these is IEEE double addition, multiplication and division, which is the same everywhere.
struct AffineStep: Equatable {
    let scale: Double
    let offset: Double
}

/// Takes an old group's codes to where their numbers lie among the new group's codes, in 4096ths of a code.
struct CodeMapping {
    let slope: Int32
    let shift: Int32
    /// Old and new codes stand for the same numbers.
    let isIdentity: Bool

    static let fractionBits: Int32 = 12

    init(from old: AffineStep, to new: AffineStep) {
        isIdentity = old == new
        guard new.scale != 0, !isIdentity else {
            slope = 1 << Self.fractionBits
            shift = 0
            return
        }
        // |slope| ≤ 2^20 and |shift| ≤ 2^26, so that slope·255 + shift stays within 32 bits.
        slope = Self.fixed(old.scale / new.scale, limit: 256)
        shift = Self.fixed((old.offset - new.offset) / new.scale, limit: 16_384)
    }

    @inline(__always)
    func position(_ code: UInt8) -> Int32 { slope &* Int32(code) &+ shift }

    @inline(__always)
    private static func fixed(_ value: Double, limit: Double) -> Int32 {
        // Comparisons with NaN are false, but all operands are finite and the divisor isn't 0.
        let exact = min(max(value, -limit), limit) * 4096
        let whole = Int32(exact)
        return Double(whole) > exact ? whole - 1 : whole
    }
}

/// The number that fp16 bits stand for; 0 for infinities and NaN, which no quantizer writes.
@inline(__always)
func double(ofHalf bits: UInt16) -> Double {
    // Where a Float has exponent and fraction they stand for 2^-112 of the number; the product is exact.
    let magnitude = bits & 0x7c00 == 0x7c00 ? 0 : UInt32(bits & 0x7fff) << 13
    return Double(Float(bitPattern: UInt32(bits & 0x8000) << 16 | magnitude) * 0x1p112)
}

/// Four times the binary logarithm of |value|, rounded down; -4096 for 0.
@inline(__always)
func quarterLog2(_ value: Double) -> Int {
    let bits = value.bitPattern & ~(1 << 63)
    guard bits != 0 else { return -4096 }
    let exponent = Int(bits >> 52) - 1023, fraction = bits & (1 << 52 - 1)
    // The fractions of 2^(1/4), 2^(1/2) and 2^(3/4).
    let quarter =
        (fraction >= 0x306F_E0A3_1B715 ? 1 : 0) + (fraction >= 0x6A09_E667_F3BCD ? 1 : 0)
        + (fraction >= 0xAE89_F995_AD3AD ? 1 : 0)
    return 4 * exponent + quarter
}
