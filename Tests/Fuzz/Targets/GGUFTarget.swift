import Tensors

/// Whatever parses keeps its tensors inside the file, in order and apart.
func fuzzGGUF(_ bytes: [UInt8]) throws {
    let gguf = try unsafe GGUF(parsing: bytes.span.bytes)  // Bytes have no padding.
    var end = 0
    for tensor in gguf.tensors {
        law(tensor.range.lowerBound >= end && tensor.range.upperBound <= bytes.count, "tensors lie apart, in the file")
        end = tensor.range.upperBound
    }
    for entry in gguf.metadata.entries {
        _ = try? gguf.strings(entry.key)
        _ = try? gguf.integers(entry.key)
        _ = try? gguf.floats(entry.key)
        _ = try? gguf.unsigned(entry.key)
        _ = try? gguf.string(entry.key)
    }
}
