internal import CLibCrypto

/// A SHA-256 digest.
package struct Digest: Hashable, Sendable, Comparable {
    /// 32 bytes.
    package let bytes: [UInt8]

    /// Takes raw bytes; nil unless there are 32.
    package init?(bytes: [UInt8]) {
        guard bytes.count == 32 else { return nil }
        self.bytes = bytes
    }

    /// Reads 64 lower-case hex digits; nil for anything else.
    package init?(hex: String) {
        guard let bytes = [UInt8](lowercaseHex: hex) else { return nil }
        self.init(bytes: bytes)
    }

    fileprivate init(trusted bytes: [UInt8]) { self.bytes = bytes }

    /// 64 lower-case hex digits.
    package var hex: String { bytes.lowercaseHex }

    package static func sha256(_ bytes: RawSpan) -> Digest {
        var stream = DigestStream()
        stream.update(bytes)
        return stream.finish()
    }

    package static func sha256(_ bytes: [UInt8]) -> Digest {
        unsafe sha256(bytes.span.bytes)  // Bytes have no padding.
    }

    package static func < (left: Digest, right: Digest) -> Bool { left.bytes.lexicographicallyPrecedes(right.bytes) }
}

/// SHA-256 over bytes that come in pieces.
@safe package struct DigestStream: ~Copyable {
    private let context: OpaquePointer

    package init() {
        // Both calls fail only when memory runs out or libcrypto lacks SHA-256, which it never does.
        guard let context = unsafe EVP_MD_CTX_new(), unsafe EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
            preconditionFailure("libcrypto offers no SHA-256")
        }
        unsafe self.context = unsafe context
    }

    deinit { unsafe EVP_MD_CTX_free(context) }

    package mutating func update(_ bytes: RawSpan) {
        unsafe bytes.withUnsafeBytes { buffer in
            // The buffer is valid for the call.
            _ = unsafe EVP_DigestUpdate(context, buffer.baseAddress, buffer.count)
        }
    }

    package mutating func update(_ bytes: [UInt8]) {
        unsafe update(bytes.span.bytes)  // Bytes have no padding.
    }

    package consuming func finish() -> Digest {
        var bytes = [UInt8](repeating: 0, count: 32)
        // SHA-256 writes exactly 32 bytes.
        _ = unsafe bytes.withUnsafeMutableBufferPointer { unsafe EVP_DigestFinal_ex(context, $0.baseAddress, nil) }
        return Digest(trusted: bytes)
    }
}

extension [UInt8] {
    /// Reads pairs of lower-case hex digits; nil for anything else.
    package init?(lowercaseHex text: String) {
        let digits = Array(text.utf8)
        guard digits.count.isMultiple(of: 2) else { return nil }
        self = []
        reserveCapacity(digits.count / 2)
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let high = Self.hexValue(digits[index]), let low = Self.hexValue(digits[index + 1]) else {
                return nil
            }
            append(high << 4 | low)
        }
    }

    /// Two lower-case hex digits a byte.
    package var lowercaseHex: String {
        let digits = Array("0123456789abcdef".utf8)
        return String(decoding: flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }

    private static func hexValue(_ digit: UInt8) -> UInt8? {
        switch digit {
        case 0x30...0x39: digit - 0x30
        case 0x61...0x66: digit - 0x61 + 10
        default: nil
        }
    }
}
