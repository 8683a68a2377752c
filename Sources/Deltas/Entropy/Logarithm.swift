/// Binary logarithms in 256ths, by integers alone, so that every machine makes the same delta.
enum Logarithm {
    /// 256 times the binary logarithm of `value`, which isn't 0, rounded down to a step of the table.
    static func of(_ value: UInt64) -> Int {
        let exponent = 63 - value.leadingZeroBitCount
        let mantissa = exponent >= 8 ? value >> UInt64(exponent - 8) : value << UInt64(8 - exponent)
        return exponent << 8 + fractions[Int(mantissa) - 256]
    }

    /// For 256 ..< 512: 256·log2(n / 256), found by squaring: the square's doublings are the digits.
    private static let fractions: [Int] = (256..<512).map { number in
        var square = UInt64(number) << 22  // 1 is 2^30.
        var digits = 0
        for _ in 0..<8 {
            square = (square * square) >> 30
            digits <<= 1
            if square >= 1 << 31 {
                square >>= 1
                digits |= 1
            }
        }
        return digits
    }
}
