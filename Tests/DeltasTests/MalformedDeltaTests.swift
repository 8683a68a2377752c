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

    @Test("any byte of an update changed: an error, or the very same result", arguments: [ElementType.q8_0, .q4_k])
    func updateMutation(type: ElementType) throws {
        let pair = try ModelPair(type, rank: 2)
        let delta = try pair.delta()
        // Behind the statistics, whose size stands at byte 100: a short head, then up to 1100 bytes of the update.
        let start = 104 + (0..<4).reduce(0) { $0 + Int(delta[100 + $1]) << (8 * $1) }
        var random = Random(seed: 12)
        for round in 0..<300 {
            var changed = delta
            changed[start + Int(random.next() % UInt64(min(delta.count - start, 2048)))] ^= UInt8(
                truncatingIfNeeded: 1 + random.next() % 255)
            guard let result = try? Application.run(changed, pair.old) else { continue }
            #expect(result == pair.new, "round \(round)")
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

    /// Head and record of a row of 32 numbers that an update has moved.
    static func update(type: UInt8 = 2, rank: UInt8, unit: Float = 1, spread: UInt8 = 0) -> [UInt8] {
        var bytes = head() + [5, type, 0, 0, 0] + record(0, 32, 1, 1, 0).dropFirst()
        bytes.append(rank)
        bytes.append(littleEndian: unit.bitPattern)
        bytes.append(spread)
        bytes.append(section: [UInt8](repeating: 0, count: 32))
        return bytes
    }

    static let updates: [(String, [UInt8])] = [
        ("of no rank", update(rank: 0)),
        ("of a rank beyond the limit", update(rank: 17)),
        ("whose unit is no number", update(rank: 1, unit: .nan)),
        ("whose sums could overflow", update(rank: 1, unit: 0x1p65)),
        ("whose numbers are larger than any", update(rank: 1, spread: 16)),
        ("of codes on a ladder", update(type: 20, rank: 1)),
    ]

    @Test("an update that cannot be", arguments: updates.map(\.0))
    func forgedUpdate(name: String) throws {
        let bytes = try #require(Self.updates.first { $0.0 == name }?.1)
        let error = #expect(throws: DeltaError.self) { try Application.run(bytes, [UInt8](repeating: 0, count: 100)) }
        guard case .malformed(.invalid(.update), _) = error else {
            Issue.record("\(String(describing: error))")
            return
        }
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
        ("an update without statistics", update(rank: 1)),
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
