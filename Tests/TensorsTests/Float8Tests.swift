import Testing

@testable import Tensors

@Suite("Floats of 8 bits have the values that OCP's specification gives them")
struct Float8Tests {
    private static func decode(_ format: Float8, _ bytes: [UInt8], scale: Float = 1) -> [Float] {
        var floats = [Float](repeating: 7, count: bytes.count + 2)
        var span = floats.mutableSpan
        format.decode(unsafe bytes.span.bytes, scale: scale, into: &span, at: 1)  // Bytes have no padding.
        #expect(floats.first == 7 && floats.last == 7)
        return Array(floats.dropFirst().dropLast())
    }

    /// Infinity and NaN aside, a number is its sign, its exponent and 1 (0 in the lowest binade) with its mantissa.
    private static func value(_ byte: Int, mantissaBits: Int, bias: Int) -> Double {
        let mantissa = byte % (1 << mantissaBits), exponent = (byte % 128) >> mantissaBits
        let fraction = Double(mantissa) / Double(1 << mantissaBits) + (exponent == 0 ? 0 : 1)
        let power = max(exponent, 1) - bias
        return (byte < 128 ? 1 : -1) * Double(sign: .plus, exponent: power, significand: fraction)
    }

    @Test(arguments: [(Float8.e4m3, 3, 7, [0x7F, 0xFF]), (.e5m2, 2, 15, Array(0x7C...0x7F) + Array(0xFC...0xFF))])
    func everyByteIsDecoded(_ format: Float8, _ mantissaBits: Int, _ bias: Int, _ special: [Int]) {
        let found = Self.decode(format, Array(0...255))
        for byte in 0..<256 where !special.contains(byte) {
            let expected = Float(Self.value(byte, mantissaBits: mantissaBits, bias: bias))
            #expect(found[byte].bitPattern == expected.bitPattern, "\(byte)")
        }
    }

    /// As ml_dtypes and PyTorch have them.
    @Test(arguments: [
        (Float8.e4m3, 0x01, 0x1p-9), (.e4m3, 0x08, 0x1p-6), (.e4m3, 0x38, 1), (.e4m3, 0x7E, 448), (.e4m3, 0xFE, -448),
        (.e4m3, 0x78, 256), (.e4m3, 0x7F, .nan), (.e4m3, 0xFF, .nan), (.e5m2, 0x01, 0x1p-16), (.e5m2, 0x04, 0x1p-14),
        (.e5m2, 0x3C, 1), (.e5m2, 0x7B, 57344), (.e5m2, 0x7C, .infinity), (.e5m2, 0xFC, -.infinity),
        (.e5m2, 0x7D, .nan), (.e5m2, 0xFF, .nan),
    ]) func knownValues(_ format: Float8, _ byte: UInt8, _ value: Float) {
        let found = Self.decode(format, [byte])[0]
        #expect(found == value || found.isNaN && value.isNaN)
    }

    @Test func scalesMultiplyInFloat32() {
        let scale: Float = 0.1
        #expect(Self.decode(.e4m3, [0x39, 0xB9], scale: scale) == [1.125 * scale, -1.125 * scale])
    }
}
