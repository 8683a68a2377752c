import Tensors
import TestModels
import Testing

@testable import Deltas

@Suite("A delta gives the new file from the old one, byte for byte")
struct DeltaTests {
    static let types: [ElementType] = [
        .q4_0, .q4_1, .q5_0, .q5_1, .q8_0, .q2_k, .q3_k, .q4_k, .q5_k, .q6_k, .iq4_nl, .f16, .bf16, .f32, .i8, .f64,
    ]

    @Test("every type, with any bytes in its blocks", arguments: types)
    func roundTrip(type: ElementType) throws {
        let pair = try ModelPair(type)
        let delta = try pair.delta()
        #expect(try ModelPair.apply(delta, to: pair.old) == pair.new)
        #expect(delta.count < pair.new.count)
    }

    @Test("everything changed, in tensors of several pieces", arguments: [ElementType.q4_0, .q8_0, .q6_k, .f16])
    func pieces(type: ElementType) throws {
        let pair = try ModelPair(type, rows: 1200, seed: 7, moved: 1)
        #expect(try ModelPair.apply(try pair.delta(), to: pair.old) == pair.new)
    }

    @Test("unchanged tensors cost nothing")
    func unchanged() throws {
        let pair = try ModelPair(.q4_0, rows: 600)
        #expect(try ModelPair.delta(from: pair.old, to: pair.old).count < 200)
    }

    @Test("a tensor that is new, gone or of another type is told whole")
    func otherShape() throws {
        let old = try ModelPair(.q4_0, rows: 16), new = try ModelPair(.q8_0, rows: 8)
        let delta = try ModelPair.delta(from: old.old, to: new.new)
        #expect(try ModelPair.apply(delta, to: old.old) == new.new)
    }

    @Test("the same files give the same delta")
    func deterministic() throws {
        let pair = try ModelPair(.q5_k)
        #expect(try pair.delta() == pair.delta())
    }

    @Test(
        "what a merged adapter did is told by its rank, in less than other moves of the same size",
        arguments: [(ElementType.q8_0, 0.5), (.q6_k, 0.7), (.q5_0, 0.8), (.q4_0, 0.9), (.iq4_nl, 1.1)])
    func adapter(type: ElementType, share: Double) throws {
        let adapted = try ModelPair(type, rank: 4), moved = try ModelPair(type, rank: 0)
        let delta = try adapted.delta()
        #expect(try ModelPair.apply(delta, to: adapted.old) == adapted.new)
        #expect(Double(delta.count) <= share * Double(try moved.delta().count))
        #expect(try delta == adapted.delta())
    }

    @Test("another base is refused before anything is made")
    func wrongBase() throws {
        let pair = try ModelPair(.q4_0)
        let delta = try pair.delta()
        for base in [pair.new, Array(pair.old.dropLast()), pair.old + [0], []] {
            for threads in [1, 2] {
                #expect(throws: DeltaError.self) { try ModelPair.apply(delta, to: base, threads: threads) }
            }
        }
    }

    @Test("codes are the numbers that the codecs decode", arguments: Codec.types.filter { $0.blockElements > 1 })
    func forms(type: ElementType) throws {
        let form = try #require(BlockForm(type))
        var random = Random(seed: 3)
        // Scales of about 1: the fp16 numbers' upper bytes are set.
        var block = (0..<form.blockBytes).map { _ in UInt8(truncatingIfNeeded: random.next()) }
        for place in form.halves { block[place + 1] = 0x3c }
        var numbers = [Float](repeating: 0, count: form.elements)
        var span = numbers.mutableSpan
        unsafe Codec.decode(block.span.bytes, of: type, into: &span)
        let codes = Buffer<UInt8>(form.elements), scales = Buffer<UInt8>(form.scaleCodeCount)
        unsafe block.withUnsafeBufferPointer { buffer in
            guard let block = buffer.baseAddress else { return }
            unsafe form.readCodes(of: block, into: codes.start)
            unsafe form.readScaleCodes(of: block, into: scales.start)
            for index in numbers.indices {
                let step = unsafe form.step(index / form.group, of: block, scaleCodes: scales.start)
                let code = unsafe Int(codes.start[index])
                let multiple = form.isLadder ? Double(iq4Ladder[code]) : Double(code)
                let number = step.scale * multiple + step.offset
                #expect(abs(number - Double(numbers[index])) <= 1e-5 * max(1, abs(number)))
            }
        }
    }
}
