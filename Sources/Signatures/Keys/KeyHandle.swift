internal import CLibCrypto

/// A key as libcrypto holds it, freed when it goes out of scope.
@safe struct KeyHandle: ~Copyable {
    let key: OpaquePointer

    init?(_ key: OpaquePointer?) {
        guard let key = unsafe key else { return nil }
        unsafe self.key = unsafe key
    }

    deinit { unsafe EVP_PKEY_free(key) }

    /// Reads a DER SubjectPublicKeyInfo.
    ///
    /// OpenSSL asks every decoder that it has, which takes longer than checking a signature; what has but one form
    /// goes without where that works.
    static func publicKey(der: [UInt8]) -> KeyHandle? {
        if let kind = PublicKey.Kind(ofPlain: der), let key = plainKey(kind, Array(der.dropFirst(kind.prefix.count))) {
            return key
        }
        // d2i moves the pointer within the buffer, which is valid for the call.
        let key = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_PUBKEY(nil, &start, buffer.count)
        }
        return unsafe KeyHandle(key)
    }

    private static func plainKey(_ kind: PublicKey.Kind, _ bytes: [UInt8]) -> KeyHandle? {
        // Both calls copy what they are given.
        guard let curve = kind.curve else {
            return unsafe KeyHandle(EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nil, bytes, bytes.count))
        }
        return unsafe KeyHandle(modelpack_curve_key(curve, [4] + bytes, 1 + bytes.count))
    }

    /// Reads a DER private key.
    static func privateKey(der: [UInt8]) -> KeyHandle? {
        // As above.
        let key = unsafe der.withUnsafeBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe d2i_AutoPrivateKey(nil, &start, buffer.count)
        }
        return unsafe KeyHandle(key)
    }

    /// Reads PEM text through `read`, which is given the text as a BIO.
    static func reading(_ pem: String, _ read: (OpaquePointer) -> OpaquePointer?) -> KeyHandle? {
        let text = Array(pem.utf8)
        // The BIO only reads the buffer, and is gone before it.
        let key = unsafe text.withUnsafeBytes { buffer -> OpaquePointer? in
            guard let source = unsafe BIO_new_mem_buf(buffer.baseAddress, Int32(clamping: buffer.count)) else {
                return nil
            }
            defer { unsafe BIO_free(source) }
            return unsafe read(source)
        }
        ERR_clear_error()
        return unsafe KeyHandle(key)
    }

    /// The public half as DER SubjectPublicKeyInfo; a curve's point is written uncompressed.
    var publicDER: [UInt8] {
        if unsafe EVP_PKEY_get_base_id(key) == EVP_PKEY_EC {
            unsafe EVP_PKEY_set_utf8_string_param(key, "point-format", "uncompressed")  // Literals, copied by the call.
        }
        // i2d writes as many bytes as it announced.
        return unsafe Self.encoded(length: i2d_PUBKEY(key, nil)) { unsafe i2d_PUBKEY(key, $0) }
    }

    /// The key type as TUF and OMS tell them apart; nil for those that are not accepted.
    var kind: PublicKey.Kind? {
        let bits = unsafe EVP_PKEY_get_bits(key)
        return switch unsafe EVP_PKEY_get_base_id(key) {
        case EVP_PKEY_ED25519: .ed25519
        case EVP_PKEY_RSA: (2048...8192).contains(bits) ? .rsa : nil
        case EVP_PKEY_EC: PublicKey.Kind.allCases.first { $0.isCurve && publicDER.starts(with: $0.prefix) }
        default: nil
        }
    }

    static func encoded(length: Int32, _ write: (UnsafeMutablePointer<UnsafeMutablePointer<UInt8>?>) -> Int32)
        -> [UInt8]
    {
        guard length > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: Int(length))
        // The buffer has the announced length.
        let written = unsafe bytes.withUnsafeMutableBufferPointer { buffer in
            var start = buffer.baseAddress
            return unsafe write(&start)
        }
        return written == length ? bytes : []
    }
}
