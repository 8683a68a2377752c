import Tensors
import TestModels
import Testing

@testable import Deltas

@Suite("Anchored rows keep what they can of the old ones, within the tolerance")
struct AnchorTests {
    static let types: [ElementType] = [.q4_0, .q4_1, .q5_0, .q8_0, .q4_k, .q6_k, .q3_k, .iq4_nl]
    static let elements = 512

    /// A row of numbers, and the same row with every number moved by about `distance`.
    private static func floats(_ seed: UInt64, moved distance: Float) -> (old: [Float], new: [Float]) {
        var random = Random(seed: seed)
        // The sum of four uniform numbers is near enough to a normal one.
        func number() -> Float {
            (0..<4).reduce(Float(0)) { sum, _ in sum + Float(random.next() >> 40) / Float(1 << 24) - 0.5 }
        }
        let old = (0..<elements).map { _ in number() }
        return (old, old.map { $0 + distance * number() })
    }

    private static func encode(_ floats: [Float], as type: ElementType) throws -> [UInt8] {
        var row = [UInt8](repeating: 0, count: try #require(type.rowBytes(floats.count)))
        var span = row.mutableSpan
        var bytes = unsafe span.mutableBytes
        #expect(unsafe Codec.encode(floats.span.bytes, as: type, into: &bytes) == floats.count)
        return row
    }

    private static func settle(
        _ row: [UInt8], old: [UInt8], _ floats: [Float], _ type: ElementType, _ tolerance: AnchorTolerance
    ) -> [UInt8] {
        var row = row
        guard var anchor = RowAnchor(type, rowElements: floats.count, tolerance: tolerance) else {
            Issue.record("no blocks")
            return row
        }
        var span = row.mutableSpan
        var bytes = unsafe span.mutableBytes
        unsafe anchor.settle(&bytes, at: 0, old: old.span.bytes, floats: floats.span.bytes)
        return row
    }

    /// Squared errors and squared numbers, by block.
    private static func errors(_ row: [UInt8], _ floats: [Float], _ type: ElementType) -> [(Double, Double)] {
        var decoded = [Float](repeating: 0, count: floats.count)
        var span = decoded.mutableSpan
        unsafe Codec.decode(row.span.bytes, of: type, into: &span)
        return stride(from: 0, to: floats.count, by: type.blockElements).map { first in
            (first..<first + type.blockElements).reduce((0, 0)) { sums, index in
                let error = Double(floats[index]) - Double(decoded[index])
                return (sums.0 + error * error, sums.1 + Double(floats[index]) * Double(floats[index]))
            }
        }
    }

    @Test("No block's error grows by more than the tolerance allows", arguments: types)
    func bounded(type: ElementType) throws {
        var kept = 0, count = 0
        for (seed, distance) in [(UInt64(1), Float(0.01)), (2, 0.1), (3, 0.4)] {
            let (before, after) = Self.floats(seed, moved: distance)
            let old = try Self.encode(before, as: type), fresh = try Self.encode(after, as: type)
            let tolerance = AnchorTolerance(weight: 0.05)
            let settled = Self.settle(fresh, old: old, after, type, tolerance)
            let found = Self.errors(settled, after, type)
            for (index, error) in Self.errors(fresh, after, type).enumerated() {
                let allowed = error.0 + 0.05 * 0.05 * error.1
                #expect(found[index].0 <= allowed * 1.0001, "block \(index), moved \(distance)")
            }
            kept += zip(settled, old).count { $0 == $1 } - zip(fresh, old).count { $0 == $1 }
            count += old.count
        }
        #expect(kept * 40 > count, "\(kept) of \(count) bytes more are what they were")
    }

    @Test("A row's error grows by no more than a part of its movement", arguments: types)
    func rowBounded(type: ElementType) throws {
        for (seed, distance) in [(UInt64(1), Float(0.01)), (2, 0.1), (3, 0.4)] {
            let (before, after) = Self.floats(seed, moved: distance)
            let old = try Self.encode(before, as: type), fresh = try Self.encode(after, as: type)
            let settled = Self.settle(fresh, old: old, after, type, AnchorTolerance(weight: 1, movement: 0.3))
            let sum = { (row: [UInt8]) in Self.errors(row, after, type).reduce(0) { $0 + $1.0 } }
            let growth = sum(settled) - sum(fresh), movement = sum(old) - sum(fresh)
            #expect(growth <= 0.3 * 0.3 * movement + 1e-4 * sum(fresh), "moved \(distance)")
        }
    }

    @Test("A change that is small is not smoothed away", arguments: [ElementType.q4_0, .q8_0])
    func survives(type: ElementType) throws {
        let (before, after) = Self.floats(4, moved: 0.02)
        let old = try Self.encode(before, as: type), fresh = try Self.encode(after, as: type)
        let settled = Self.settle(fresh, old: old, after, type, AnchorTolerance())
        #expect(settled != old)
    }

    @Test("Without tolerance nothing gets worse, and without change nothing changes", arguments: types)
    func exact(type: ElementType) throws {
        let (before, after) = Self.floats(5, moved: 0.1)
        let old = try Self.encode(before, as: type), fresh = try Self.encode(after, as: type)
        let settled = Self.settle(fresh, old: old, after, type, AnchorTolerance(weight: 0))
        for (ours, theirs) in zip(Self.errors(settled, after, type), Self.errors(fresh, after, type)) {
            #expect(ours.0 <= theirs.0 * 1.0001)
        }
        #expect(Self.settle(old, old: old, before, type, AnchorTolerance()) == old)
    }

    @Test("Old blocks of any bytes, and floats of any size, do no harm", arguments: types)
    func wild(type: ElementType) throws {
        var random = Random(seed: 6)
        let (_, floats) = Self.floats(7, moved: 0)
        let fresh = try Self.encode(floats, as: type)
        let old = fresh.map { _ in UInt8(truncatingIfNeeded: random.next()) }
        _ = Self.settle(fresh, old: old, floats, type, AnchorTolerance(weight: 1))
        let huge = floats.map { $0 * 1e30 }
        _ = Self.settle(fresh, old: old, huge, type, AnchorTolerance(weight: 1))
    }
}
