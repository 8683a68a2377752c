import Signatures
import Tensors

@testable import Deltas

/// A delta for the seeds' model, whatever its head says: the result is announced or refused, and bounded.
func fuzzDelta(_ bytes: [UInt8]) throws {
    guard let base = DeltaBase.bytes, bytes.count >= 52 else { return }
    let digest = Digest.sha256(base)
    var bytes = bytes
    bytes.replaceSubrange(
        12..<52, with: (0..<8).map { UInt8(truncatingIfNeeded: base.count >> (8 * $0)) } + digest.bytes)
    // Bytes have no padding.
    let result = try unsafe Delta.apply(bytes.span.bytes, to: base.span.bytes, limit: 1 << 20)
    law(result.count <= 1 << 20, "a result is bounded")
}

/// The model that every delta is applied to, and another one like it.
enum DeltaBase {
    static let bytes = try? model(seed: 1)

    /// A small GGUF with blocks of three kinds, floats, and a matrix that an adapter of rank 1 has moved (but for seed 1).
    static func model(seed: UInt64) throws -> [UInt8] {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        let layout = try GGUFLayout(
            metadata: metadata,
            tensors: [
                ("a", [256, 2], .q4_k), ("b", [64, 4], .q8_0), ("c", [32, 2], .q4_0), ("d", [40], .f32),
                ("e", [64, 32], .q8_0),
            ])
        var state: UInt64 = 7
        let content = (layout.header.count..<layout.size).map { place -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let byte = UInt8(truncatingIfNeeded: state >> 58)
            return place % 5 == 0 ? byte &+ UInt8(truncatingIfNeeded: seed) : byte
        }
        var bytes = layout.header + content
        for place in 0..<layout.tensors[4].range.count {
            let (row, within) = (place / 68, place % 34)
            let sign = (row ^ place / 2) & 1 == 0 ? 1 : -1
            let number = within < 2 ? 0x2c : place * 7 % 64 + (seed == 1 ? 0 : 8 * sign)
            bytes[layout.tensors[4].range.lowerBound + place] = UInt8(truncatingIfNeeded: number)
        }
        return bytes
    }
}
