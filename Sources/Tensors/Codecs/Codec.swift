internal import CKernels

/// Conversion between floats and element types, bit for bit as llama.cpp does it.
package enum Codec {
    /// The types that can be decoded and encoded.
    package static let types: [ElementType] = ElementType.allCases.filter { codec_supports($0.rawValue) }

    /// Whether numbers of `type` can be converted at all.
    package static func supports(_ type: ElementType) -> Bool { codec_supports(type.rawValue) }

    /// Decodes `source`, whole blocks of `type`, to the front of `floats`, which must have room.
    package static func decode(_ source: RawSpan, of type: ElementType, into floats: inout MutableSpan<Float>) {
        let count = source.byteCount / type.blockBytes * type.blockElements
        precondition(count <= floats.count && supports(type))
        unsafe source.withUnsafeBytes { source in
            // Reads `byteCount` bytes and writes `count` floats, both in bounds as checked above.
            _ = unsafe floats.withUnsafeMutableBufferPointer {
                unsafe codec_decode(type.rawValue, source.baseAddress, $0.baseAddress, count)
            }
        }
    }

    /// Encodes `floats`, little-endian float32 and whole blocks of them, to the front of `target`, which must have room.
    ///
    /// Returns how many were encoded: fewer than all of them where a block holds a number that isn't finite or
    /// that `type` can't express.
    package static func encode(_ floats: RawSpan, as type: ElementType, into target: inout MutableRawSpan) -> Int {
        let count = floats.byteCount / 4
        guard let bytes = type.rowBytes(count) else { preconditionFailure("not whole blocks") }
        precondition(bytes <= target.byteCount && supports(type))
        return unsafe floats.withUnsafeBytes { floats in
            // Reads 4 * `count` bytes and writes `bytes`, both in bounds as checked above.
            unsafe target.withUnsafeMutableBytes {
                unsafe codec_encode(type.rawValue, floats.baseAddress, $0.baseAddress, count)
            }
        }
    }
}
