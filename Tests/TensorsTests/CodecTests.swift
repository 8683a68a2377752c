import CKernels
import Testing

@testable import Tensors

@Suite("Codecs round as ggml does, with the same bits on every processor")
struct CodecTests {
    static func encode(_ floats: [Float], as type: ElementType) -> (bytes: [UInt8], count: Int) {
        var bytes = [UInt8](repeating: 0, count: type.rowBytes(floats.count) ?? 0)
        var target = bytes.mutableSpan
        // Floats and bytes have no padding.
        var raw = unsafe target.mutableBytes
        let count = unsafe Codec.encode(floats.span.bytes, as: type, into: &raw)
        return (bytes, count)
    }

    static func decode(_ bytes: [UInt8], of type: ElementType) -> [Float] {
        var floats = [Float](repeating: 0, count: bytes.count / type.blockBytes * type.blockElements)
        var span = floats.mutableSpan
        unsafe Codec.decode(bytes.span.bytes, of: type, into: &span)  // Bytes have no padding.
        return floats
    }

    @Test func theseTypesAreConverted() {
        #expect(Codec.types == [.f32, .f16, .q4_0, .q4_1, .q8_0, .bf16])
    }

    /// The scale has the sign of the largest; codes are 8 + x / d, rounded, at most 15.
    @Test func q4_0HasTheKnownBytes() {
        let ramp = (0..<32).map { Float($0) - 16 }
        let codes: [UInt8] = (0..<16).map { index in
            let low = min(15, Int((Float(index) - 16) / 2 + 8.5)), high = min(15, Int(Float(index) / 2 + 8.5))
            return UInt8(low | high << 4)
        }
        #expect(Self.encode(ramp, as: .q4_0).bytes == [0x00, 0x40] + codes)
        #expect(Self.encode(ramp.map { -$0 }, as: .q4_0).bytes == [0x00, 0xC0] + codes)
    }

    @Test func q8_0RoundsHalfAwayFromZero() {
        var floats = [Float](repeating: 0, count: 32)
        floats[0] = 127
        floats[1] = 0.5
        floats[2] = -0.5
        floats[3] = 2.5
        floats[4] = 0.49999997
        floats[5] = -126.5
        let bytes = Self.encode(floats, as: .q8_0).bytes
        #expect(bytes[..<8] == [0x00, 0x3C, 127, 1, 0xFF, 3, 0, 0x81])
    }

    @Test func q4_1StoresTheMinimum() {
        let bytes = Self.encode((0..<32).map { Float($0 % 16) + 1 }, as: .q4_1).bytes
        #expect(bytes == [0x00, 0x3C, 0x00, 0x3C] + (0..<16).map { UInt8($0 * 17) })
    }

    @Test(
        arguments: [
            (Float(1), 0x3C00), (-2, 0xC000), (65504, 0x7BFF), (65519, 0x7BFF), (1.0009766, 0x3C01),
            (1.0004883, 0x3C00),
            (1.0014648, 0x3C02), (5.9604645e-08, 0x0001), (2.9802322e-08, 0x0000), (2.9802326e-08, 0x0001),
            (8.940697e-08, 0x0002), (6.1035156e-05, 0x0400), (6.0975552e-05, 0x03FF), (-0.0, 0x8000),
        ] as [(Float, UInt16)]) func halvesAreRoundedToNearestEven(_ value: Float, _ bits: UInt16)
    {
        #expect(Self.encode([value], as: .f16).bytes == [UInt8(bits & 255), UInt8(bits >> 8)])
    }

    @Test func bfloatsAreRoundedToNearestEven() {
        let bits: [UInt32] = [0x3F80_8000, 0x3F81_8000, 0x3F80_8001, 0x3F80_7FFF]
        let bytes = Self.encode(bits.map { Float(bitPattern: $0) }, as: .bf16).bytes
        #expect(bytes == [0x80, 0x3F, 0x82, 0x3F, 0x81, 0x3F, 0x80, 0x3F])
    }

    @Test(arguments: Codec.types) func numbersThatAreNotFiniteAreRefused(_ type: ElementType) {
        for bad in [Float.nan, .infinity, -.infinity] {
            var floats = [Float](repeating: 1, count: 96)
            floats[70] = bad
            let count = Self.encode(floats, as: type).count
            #expect(count <= 70 && count >= 64)
        }
    }

    @Test func whatOverflowsAHalfIsRefused() {
        #expect(Self.encode([65520], as: .f16).count == 0)
        #expect(Self.encode([Float](repeating: 1e6, count: 32), as: .q4_0).count == 0)
        #expect(Self.encode([3.4e38], as: .bf16).count == 0)
    }

    /// Ordinary numbers, tiny ones whose scale underflows, ties, and zeros of both signs.
    @Test(arguments: Codec.types, 0..<4) func portableAndSIMDAgree(_ type: ElementType, _ kind: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        let floats: [Float] = (0..<4096).map { _ in
            switch kind {
            case 0: Float.random(in: -1...1, using: &random)
            case 1: Float(bitPattern: UInt32.random(in: 0...0x01FF_FFFF, using: &random))
            case 2: Float(Int.random(in: -16...16, using: &random)) / 2
            default: Bool.random(using: &random) ? 0 : -0.0
            }
        }
        let fast = Self.encode(floats, as: type)
        var plain = [UInt8](repeating: 0, count: fast.bytes.count)
        // Both buffers hold what 4096 elements need.
        let count = unsafe codec_encode_portable(type.rawValue, floats, &plain, floats.count)
        #expect(fast.count == count && fast.bytes == plain, "seed \(seed)")
        var decoded = [Float](repeating: 0, count: floats.count)
        #expect(unsafe codec_decode_portable(type.rawValue, plain, &decoded, floats.count))
        #expect(Self.decode(fast.bytes, of: type).map(\.bitPattern) == decoded.map(\.bitPattern), "seed \(seed)")
    }

    @Test func everyHalfDecodesAlike() {
        let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        var plain = [Float](repeating: 0, count: 65536)
        #expect(unsafe codec_decode_portable(ElementType.f16.rawValue, bytes, &plain, 65536))  // Buffers fit.
        #expect(Self.decode(bytes, of: .f16).map(\.bitPattern) == plain.map(\.bitPattern))
    }
}
