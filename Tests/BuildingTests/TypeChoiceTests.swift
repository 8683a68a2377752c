import Testing

@testable import Building
@testable import Tensors

@Suite("Types are chosen so that the file stays below a limit and the damage is least")
struct TypeChoiceTests {
    private static func tensor(_ name: String, _ options: [(ElementType, Int, Double)]) -> TypeChoice.Tensor {
        TypeChoice.Tensor(name: name, options: options.map { .init(type: $0.0, bytes: $0.1, damage: $0.2) })
    }

    @Test func whatCostsMoreAndSavesNothingIsLeftOut() {
        let tensor = Self.tensor("a", [(.q8_0, 34, 0.1), (.q4_0, 18, 2), (.iq4_nl, 18, 1), (.q4_1, 20, 1.5)])
        #expect(tensor.options.map(\.type) == [.iq4_nl, .q8_0])
    }

    @Test(
        arguments: [
            // Nothing fits, the smallest just fit, one step, the better of two steps, all.
            (35, nil), (36, [.q4_0, .q4_0]), (38, [.q4_0, .q4_1]), (40, [.q4_1, .q4_1]), (52, [.q4_0, .q8_0]),
            (68, [.q8_0, .q8_0]),
            (1000, [.q8_0, .q8_0]),
        ] as [(Int, [ElementType]?)]) func theLimitIsKept(_ limit: Int, _ types: [ElementType]?)
    {
        let options: [(ElementType, Int, Double)] = [(.q4_0, 18, 4), (.q4_1, 20, 3), (.q8_0, 34, 1)]
        let tensors = [Self.tensor("a", options), Self.tensor("b", options.map { ($0.0, $0.1, 10 * $0.2) })]
        #expect(TypeChoice.choose(tensors, within: limit)?.map(\.type) == types)
    }

    /// The small tensor's step is worth more for its bytes, and keeps the large one from fitting by a byte.
    @Test func tensorsExchangeBytes() {
        let small = Self.tensor("small", [(.q4_0, 10, 3), (.q8_0, 12, 1)])
        let large = Self.tensor("large", [(.q4_0, 100, 90), (.q8_0, 200, 0)])
        #expect(TypeChoice.choose([small, large], within: 211)?.map(\.type) == [.q4_0, .q8_0])
        #expect(TypeChoice.choose([small, large], within: 212)?.map(\.type) == [.q8_0, .q8_0])
        #expect(TypeChoice.choose([small, large], within: 209)?.map(\.type) == [.q8_0, .q4_0])
    }

    /// Against every combination there is.
    @Test(arguments: 1...20 as ClosedRange<UInt64>) func itIsCloseToTheBestThereIs(_ seed: UInt64) throws {
        var state = seed
        func random(_ limit: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % limit
        }
        let tensors = (0..<5).map { index in
            let rows = 1 + random(20), damage = Double(1 + random(1000))
            return Self.tensor(
                "\(index)",
                [(.q4_0, 18 * rows, damage), (.q5_0, 22 * rows, damage / 4), (.q8_0, 34 * rows, damage / 300)])
        }
        let sizes = [tensors.reduce(0) { $0 + $1.options[0].bytes }, tensors.reduce(0) { $0 + $1.options[2].bytes }]
        let limit = sizes[0] + random(sizes[1] - sizes[0])
        var least = Double.infinity
        for combination in 0..<243 {
            var rest = combination, bytes = 0, damage = 0.0
            for tensor in tensors {
                bytes += tensor.options[rest % 3].bytes
                damage += tensor.options[rest % 3].damage
                rest /= 3
            }
            if bytes <= limit { least = min(least, damage) }
        }
        let chosen = try #require(TypeChoice.choose(tensors, within: limit))
        #expect(chosen.reduce(0) { $0 + $1.bytes } <= limit)
        #expect(chosen.reduce(0) { $0 + $1.damage } <= 1.3 * least)
    }
}

@Suite("Sizes are read as people write them")
struct SizeTargetTests {
    @Test(arguments: [
        ("90MB", 90_000_000), ("1.5 MB", 1_500_000), ("512MiB", 512 << 20), ("2GiB", 2 << 30), ("7GB", 7_000_000_000),
        ("3KiB", 3072), ("10KB", 10_000), ("77B", 77), ("12345", 12345),
    ]) func sizesAreBytes(_ text: String, _ bytes: Int) {
        #expect(SizeTarget(size: text) == .bytes(bytes))
    }

    @Test(arguments: ["", "MB", "-1MB", "0", "90 TB", "90mb", "1e30", "nan", "inf", "0x10 MB "])
    func otherTextIsNone(_ text: String) {
        #expect(SizeTarget(size: text) == nil)
    }

    @Test func bitsAreOfAllWeights() {
        #expect(SizeTarget.bitsPerWeight(4.5).limit(weights: 1000) == 562)
        #expect(SizeTarget.bytes(99).limit(weights: 1000) == 99)
    }
}
