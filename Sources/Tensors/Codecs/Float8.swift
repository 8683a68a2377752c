internal import CKernels

/// A float of 8 bits, a byte each: safetensors have them, GGUF doesn't.
package enum Float8: String, Sendable, CaseIterable {
    /// 4 bits of exponent, 3 of mantissa, no infinities; the largest number is 448.
    case e4m3 = "f8_e4m3"
    /// 5 bits of exponent, 2 of mantissa, with infinities; the largest number is 57344.
    case e5m2 = "f8_e5m2"

    package var name: String { rawValue }

    /// Decodes `source` to `floats` from `offset` on, which must have room; each number is multiplied by `scale`.
    package func decode(_ source: RawSpan, scale: Float, into floats: inout MutableSpan<Float>, at offset: Int) {
        precondition(offset >= 0 && source.byteCount <= floats.count - offset)
        unsafe source.withUnsafeBytes { source in
            // Reads `byteCount` bytes and writes as many floats, both in bounds as checked above.
            unsafe floats.withUnsafeMutableBufferPointer { floats in
                guard let floats = floats.baseAddress else { return }
                let format = self == .e4m3 ? CODEC_E4M3 : CODEC_E5M2
                unsafe codec_decode_float8(format, source.baseAddress, scale, floats + offset, source.count)
            }
        }
    }
}
