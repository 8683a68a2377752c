import Tensors

/// Whatever parses fills the file behind its header, without overlap.
func fuzzSafetensors(_ bytes: [UInt8]) throws {
    let file = try unsafe Safetensors(parsing: bytes.span.bytes)  // Bytes have no padding.
    for (left, right) in zip(file.tensors, file.tensors.dropFirst()) {
        law(left.range.upperBound == right.range.lowerBound, "tensors have no gap and no overlap")
    }
    law(file.tensors.last.map { $0.range.upperBound == bytes.count } ?? true, "the last tensor ends the file")
}
