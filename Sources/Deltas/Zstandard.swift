internal import CLibZstd

/// zstd for whatever isn't modelled, one frame at a time, each with its size stated outside.
enum Zstandard {
    /// What no frame may go beyond, compressed or not.
    static let frameLimit = 8 << 20

    /// Compresses `bytes`; `prefix` is what the reader has too, and may be found again.
    static func compress(_ bytes: [UInt8], prefix: [UInt8] = [], level: Int32 = 19) -> [UInt8] {
        // zstd allocates its context; it fails only when memory runs out.
        guard let context = unsafe ZSTD_createCCtx() else { preconditionFailure("out of memory") }
        defer { unsafe ZSTD_freeCCtx(context) }
        unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        if !prefix.isEmpty { unsafe ZSTD_CCtx_setParameter(context, ZSTD_c_windowLog, 23) }
        var output = [UInt8](repeating: 0, count: ZSTD_compressBound(bytes.count))
        // Every buffer is as long as stated, and the prefix stays valid until the call that uses it.
        let size = unsafe prefix.withUnsafeBytes { prefix in
            unsafe bytes.withUnsafeBytes { input in
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe ZSTD_CCtx_refPrefix(context, prefix.baseAddress, prefix.count)
                    return unsafe ZSTD_compress2(
                        context, output.baseAddress, output.count, input.baseAddress, input.count)
                }
            }
        }
        precondition(ZSTD_isError(size) == 0, "the output has room for everything")
        output.removeLast(output.count - size)
        return output
    }

    /// Decompresses a frame of exactly `count` bytes; nil for anything else.
    static func decompress(_ frame: RawSpan, count: Int, prefix: RawSpan = RawSpan()) -> [UInt8]? {
        guard count <= frameLimit, let context = unsafe ZSTD_createDCtx() else { return nil }
        defer { unsafe ZSTD_freeDCtx(context) }
        unsafe ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, 23)
        var output = [UInt8](repeating: 0, count: count)
        // zstd writes at most `output.count` bytes and reads within the frame and the prefix.
        let size = unsafe frame.withUnsafeBytes { frame in
            unsafe prefix.withUnsafeBytes { prefix in
                unsafe output.withUnsafeMutableBytes { output in
                    unsafe ZSTD_DCtx_refPrefix(context, prefix.baseAddress, prefix.count)
                    return unsafe ZSTD_decompressDCtx(
                        context, output.baseAddress, output.count, frame.baseAddress, frame.count)
                }
            }
        }
        return ZSTD_isError(size) == 0 && size == count ? output : nil
    }
}
