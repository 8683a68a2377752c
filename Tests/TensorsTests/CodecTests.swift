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
        #expect(
            Codec.types == [
                .f32, .f16, .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .bf16,
            ])
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

    /// FNV-1a of what ggml's quantize_chunk (llama-cpp-python 0.3.36, x86-64) makes of `sample`.
    @Test(
        arguments: [
            (.q4_0, 0xa173_225e_3c6a_122e), (.q4_1, 0x8d49_1a19_1aa1_e979), (.q5_0, 0xa90d_9c11_5ae2_2679),
            (.q5_1, 0x2a4a_8490_381e_6a11), (.q8_0, 0x3bc7_0756_538a_adac), (.q2_k, 0x5f31_0a48_b826_a60d),
            (.q3_k, 0xe08a_e224_12ed_abd4), (.q4_k, 0xd425_b07e_9c1b_3f35), (.q5_k, 0x8e9d_921b_a625_322b),
            (.q6_k, 0x3fe0_c643_f19c_9085), (.iq4_nl, 0xfa06_a601_4de6_208f),
        ] as [(ElementType, UInt64)]) func blocksAreThoseOfGGML(_ type: ElementType, _ digest: UInt64)
    {
        let bytes = Self.encode(Self.sample, as: type).bytes
        #expect(bytes.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } == digest)
    }

    /// Cubes of evenly spread numbers; some stretches of one sign, some blocks of zeros.
    static let sample: [Float] = {
        var state: UInt64 = 1
        return (0..<16384).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let value = Float(Int32(truncatingIfNeeded: state >> 32)) * 0x1p-31
            let cube = value * value * value
            if index / 32 % 11 == 10 { return 0 }
            return index / 512 % 8 == 7 ? -cube * cube : cube
        }
    }()

    /// The mean square of what is lost, relative to the numbers' own: 6 dB for each bit, roughly.
    @Test(
        arguments: [
            (.q8_0, 1e-4), (.q6_k, 5e-4), (.q5_k, 2e-3), (.q5_1, 2e-3), (.q5_0, 3e-3), (.q4_k, 8e-3), (.q4_1, 8e-3),
            (.iq4_nl, 1e-2), (.q4_0, 1.2e-2), (.q3_k, 4e-2), (.q2_k, 2e-1),
        ] as [(ElementType, Double)]) func fewerBitsLoseMore(_ type: ElementType, _ limit: Double)
    {
        var random = SeededGenerator(state: 7)
        let floats = (0..<8192).map { _ in Float.random(in: -1...1, using: &random) }
        let decoded = Self.decode(Self.encode(floats, as: type).bytes, of: type)
        let lost = zip(floats, decoded).reduce(0.0) { $0 + Double($1.0 - $1.1) * Double($1.0 - $1.1) }
        let energy = floats.reduce(0.0) { $0 + Double($1) * Double($1) }
        #expect(lost / energy < limit && lost > 0)
    }

    @Test(arguments: Codec.types) func numbersThatAreNotFiniteAreRefused(_ type: ElementType) {
        let block = type.blockElements
        for bad in [Float.nan, .infinity, -.infinity] {
            for place in [0, 2 * block, 19 * block + block / 2] {
                var floats = [Float](repeating: 1, count: 21 * block)
                floats[place] = bad
                #expect(Self.encode(floats, as: type).count == place / block * block)
            }
        }
    }

    /// Also numbers whose squares overflow: they must not become blocks of zeros.
    @Test func whatATypeCannotHoldIsRefused() {
        #expect(Self.encode([65520], as: .f16).count == 0)
        #expect(Self.encode([3.4e38], as: .bf16).count == 0)
        for type in Codec.types where type.blockElements > 1 {
            for large in [Float(1e10), 1e25, 3.4e38] {
                #expect(Self.encode([Float](repeating: -large, count: 256), as: type).count == 0, "\(type) \(large)")
            }
        }
    }

    /// Ordinary numbers, tiny ones whose scale underflows, ties, zeros of both signs, numbers of one sign, few values,
    /// and every order of magnitude.
    @Test(arguments: Codec.types, 0..<7) func everyInstructionSetGivesTheSameBits(_ type: ElementType, _ kind: Int) {
        let seed = UInt64.random(in: 0 ... .max)
        var random = SeededGenerator(state: seed)
        // An odd number of blocks: the last registers are not full.
        let floats: [Float] = (0..<19 * 256).map { index in
            let unit = Float.random(in: -1...1, using: &random)
            return switch kind {
            case 0: unit
            case 1: Float(bitPattern: UInt32.random(in: 0...0x01FF_FFFF, using: &random))
            case 2: Float(Int.random(in: -16...16, using: &random)) / 2
            case 3: Bool.random(using: &random) ? 0 : -0.0
            case 4: index % 512 < 256 ? abs(unit) : -abs(unit)
            case 5: index % 32 < 16 ? 0 : unit < 0 ? -0.5 : 0.5
            default: unit * Float(sign: .plus, exponent: index / 32 % 140 - 126, significand: 1)
            }
        }
        var plain = [UInt8](repeating: 0, count: type.rowBytes(floats.count) ?? 0)
        // All buffers hold what these elements need.
        let count = unsafe codec_encode_with(CODEC_PORTABLE, type.rawValue, floats, &plain, floats.count)
        let whole = type.rowBytes(count) ?? 0
        var decoded = [Float](repeating: 0, count: floats.count)
        #expect(unsafe codec_decode_with(CODEC_PORTABLE, type.rawValue, plain, &decoded, count))
        for set in [CODEC_AVX2, CODEC_AVX512] where set.rawValue <= codec_best_set().rawValue {
            var fast = [UInt8](repeating: 0, count: plain.count)
            let done = unsafe codec_encode_with(set, type.rawValue, floats, &fast, floats.count)
            #expect(done == count && fast[..<whole] == plain[..<whole], "seed \(seed)")
            var again = [Float](repeating: 0, count: floats.count)
            #expect(unsafe codec_decode_with(set, type.rawValue, plain, &again, count))
            #expect(again.map(\.bitPattern) == decoded.map(\.bitPattern), "seed \(seed)")
        }
    }

    @Test func everyHalfDecodesAlike() {
        let bytes = (0..<65536).flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }
        var plain = [Float](repeating: 0, count: 65536)
        // Both buffers hold 65536 numbers.
        #expect(unsafe codec_decode_with(CODEC_PORTABLE, ElementType.f16.rawValue, bytes, &plain, 65536))
        #expect(Self.decode(bytes, of: .f16).map(\.bitPattern) == plain.map(\.bitPattern))
    }
}
