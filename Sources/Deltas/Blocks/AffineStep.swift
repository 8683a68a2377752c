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
    /// How many 4096ths of a code a number of 1 is; 0 where all new codes stand for one number.
    let inverse: Double
    /// Old and new codes stand for the same numbers.
    let isIdentity: Bool

    static let fractionBits: Int32 = 12

    @inline(__always)
    init(from old: AffineStep, to new: AffineStep) {
        isIdentity = old == new
        inverse = new.scale == 0 ? 0 : 4096 / new.scale
        guard inverse != 0, !isIdentity else {
            slope = 1 << Self.fractionBits
            shift = 0
            return
        }
        // |slope| ≤ 2^20 and |shift| ≤ 2^26, so that slope·255 + shift stays within 32 bits.
        slope = Self.nearest(old.scale * inverse, limit: 0x1p20)
        shift = Self.nearest((old.offset - new.offset) * inverse, limit: 0x1p26)
    }

    @inline(__always)
    func position(_ code: UInt8) -> Int32 { slope &* Int32(code) &+ shift }

    /// The nearest whole number, ties to even, after holding the value within ±`limit`.
    @inline(__always)
    private static func nearest(_ value: Double, limit: Double) -> Int32 {
        // All operands are finite and the divisor isn't 0, so there is no NaN.
        let low = value < limit ? value : limit
        let held = low > -limit ? low : -limit
        // At 1.5 · 2^52 and above a Double's last bit is 1.
        return Int32(truncatingIfNeeded: (held + 0x1.8p52).bitPattern)
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
