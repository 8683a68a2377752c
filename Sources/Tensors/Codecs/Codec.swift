internal import CKernels

/// Conversion between floats and element types, bit for bit as llama.cpp does it.
package enum Codec {
    /// The types that can be decoded and encoded.
    package static let types: [ElementType] = ElementType.allCases.filter { codec_supports($0.rawValue) }

    /// Whether numbers of `type` can be converted at all.
    package static func supports(_ type: ElementType) -> Bool { codec_supports(type.rawValue) }

    /// Decodes `source`, whole blocks of `type`, to `floats` from `offset` on, which must have room.
    package static func decode(
        _ source: RawSpan, of type: ElementType, into floats: inout MutableSpan<Float>, at offset: Int = 0
    ) {
        let count = source.byteCount / type.blockBytes * type.blockElements
        precondition(offset >= 0 && count <= floats.count - offset && supports(type))
        unsafe source.withUnsafeBytes { source in
            // Reads `byteCount` bytes and writes `count` floats, both in bounds as checked above.
            _ = unsafe floats.withUnsafeMutableBufferPointer { floats in
                unsafe floats.baseAddress.map {
                    unsafe codec_decode(type.rawValue, source.baseAddress, $0 + offset, count)
                }
            }
        }
    }

    /// Encodes `floats`, little-endian float32 and whole blocks of them, to `target` from `offset` on, which must have
    /// room.
    ///
    /// Returns how many were encoded: fewer than all of them where a block holds a number that isn't finite or
    /// that `type` can't express.
    package static func encode(
        _ floats: RawSpan, as type: ElementType, into target: inout MutableRawSpan, at offset: Int = 0
    ) -> Int {
        let count = floats.byteCount / 4
        guard let bytes = type.rowBytes(count) else { preconditionFailure("not whole blocks") }
        precondition(offset >= 0 && bytes <= target.byteCount - offset && supports(type))
        return unsafe floats.withUnsafeBytes { floats in
            // Reads 4 * `count` bytes and writes `bytes`, both in bounds as checked above.
            unsafe target.withUnsafeMutableBytes { target in
                unsafe target.baseAddress.map {
                    unsafe codec_encode(type.rawValue, floats.baseAddress, $0 + offset, count)
                } ?? 0
            }
        }
    }
}
