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

    /// A small GGUF with blocks of three kinds and floats.
    static func model(seed: UInt64) throws -> [UInt8] {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        let layout = try GGUFLayout(
            metadata: metadata,
            tensors: [("a", [256, 2], .q4_k), ("b", [64, 4], .q8_0), ("c", [32, 2], .q4_0), ("d", [40], .f32)])
        var state: UInt64 = 7
        let content = (layout.header.count..<layout.size).map { place -> UInt8 in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let byte = UInt8(truncatingIfNeeded: state >> 58)
            return place % 5 == 0 ? byte &+ UInt8(truncatingIfNeeded: seed) : byte
        }
        return layout.header + content
    }
}
