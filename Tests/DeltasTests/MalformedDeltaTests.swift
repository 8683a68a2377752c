import Signatures
import Tensors
import TestModels
import Testing

@testable import Deltas

@Suite("A malformed delta is refused, never followed")
struct MalformedDeltaTests {
    static let types: [ElementType] = [.q4_0, .q8_0, .q4_k, .q3_k, .iq4_nl, .f16]

    @Test("cut off at any byte", arguments: types)
    func truncation(type: ElementType) throws {
        let pair = try ModelPair(type, rows: 4, rowElements: 256)
        let delta = try pair.delta()
        for end in 0..<delta.count {
            #expect(throws: DeltaError.self, "\(end)") { try Application.run(Array(delta[..<end]), pair.old) }
        }
    }

    @Test("any byte changed: an error, or the very same result", arguments: types)
    func mutation(type: ElementType) throws {
        let pair = try ModelPair(type, rows: 4, rowElements: 256)
        let delta = try pair.delta()
        var random = Random(seed: 11)
        for round in 0..<2000 {
            var changed = delta
            for _ in 0...random.next() % 3 {
                let place = Int(random.next() % UInt64(delta.count))
                changed[place] ^= UInt8(truncatingIfNeeded: 1 + random.next() % 255)
            }
            do {
                let result = try Application.run(changed, pair.old)
                #expect(result == pair.new, "round \(round)")
            } catch {
                continue  // A typed error is what should be.
            }
        }
    }

    /// A head for 100 bytes of base and result, without records.
    static func head(result: Int = 100) -> [UInt8] {
        let digest = Digest.sha256([UInt8](repeating: 0, count: 100))
        var bytes = DeltaHeader(
            base: FileIdentity(size: 100, digest: digest), result: FileIdentity(size: result, digest: digest)
        ).encoded()
        bytes.append(littleEndian: UInt64(0))
        bytes.append(section: Zstandard.compress([]))
        return bytes
    }

    static func record(_ kind: UInt8, _ numbers: UInt64...) -> [UInt8] {
        var bytes = [kind]
        for number in numbers { bytes.append(littleEndian: number) }
        return bytes
    }

    static let cases: [(String, [UInt8])] = [
        ("nothing", []),
        ("another format", Array("GGUF".utf8) + [UInt8](repeating: 0, count: 200)),
        ("too little", head() + record(1, 0, 99) + [0]),
        ("too much", head() + record(1, 0, 100) + record(1, 0, 1) + [0]),
        ("outside the base", head() + record(1, 90, 11)),
        ("far outside the base", head() + record(1, .max, 1)),
        ("an overflowing end", head() + record(1, 1 << 44, 1 << 44)),
        ("an unknown record", head() + [9]),
        ("bytes behind the end", head() + record(1, 0, 100) + [0, 0]),
        ("a text beyond the limit", head() + record(2, 0, 0, 1 << 40)),
        ("numbers of three bytes", head() + [3, 3]),
        ("blocks of a plain type", head() + [4, 0, 0, 0, 0]),
        ("blocks without statistics", head() + [4, 2, 0, 0, 0] + record(0, 32, 1, 1, 0).dropFirst()),
        ("a result beyond the limit", head(result: 1 << 45)),
    ]

    @Test(arguments: cases.map(\.0))
    func forged(name: String) throws {
        let bytes = try #require(Self.cases.first { $0.0 == name }?.1)
        #expect(throws: DeltaError.self) { try Application.run(bytes, [UInt8](repeating: 0, count: 100)) }
    }
}

/// Applies deltas in memory, part after part.
enum Application {
    static func run(_ delta: [UInt8], _ base: [UInt8]) throws(DeltaError) -> [UInt8] {
        // Bytes have no padding.
        try unsafe Delta.apply(delta.span.bytes, to: base.span.bytes)
    }
}
