@testable import Tensors

/// A small GGUF with every kind of key and three tensors.
enum GGUFSample {
    static var metadata: GGUFMetadata {
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        metadata.set("a.u32", to: .u32(7))
        metadata.set("a.i32", to: .i32(-7))
        metadata.set("a.u64", to: .u64(1 << 63))
        metadata.set("a.f32", to: .f32(0.5))
        metadata.set("a.bool", to: .bool(true))
        metadata.set("a.strings", to: .strings(["x", "", "Ġy"]))
        metadata.set("a.i32s", to: .i32s([1, -2, 3]))
        metadata.set("a.f32s", to: .f32s([1.5, -2.5]))
        return metadata
    }

    static func bytes() throws -> [UInt8] {
        let layout = try GGUFLayout(
            metadata: metadata, tensors: [("a", [3], .f32), ("b", [32, 2], .q4_0), ("c", [2, 2, 2], .f16)])
        var bytes = layout.header
        for index in bytes.count..<layout.size { bytes.append(UInt8(truncatingIfNeeded: index)) }
        return bytes
    }
}

func parse(_ bytes: [UInt8]) throws(TensorError) -> GGUF {
    try unsafe GGUF(parsing: bytes.span.bytes)  // Bytes have no padding.
}
