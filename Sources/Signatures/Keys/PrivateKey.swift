internal import CLibCrypto

/// A private key that signs.
package struct PrivateKey: Sendable {
    package let publicKey: PublicKey
    private let secret: Secret

    private enum Secret: Sendable {
        /// DER, unencrypted.
        case der([UInt8])
        case token(TokenKey)
    }

    private init(_ handle: borrowing KeyHandle) throws(SignatureError) {
        publicKey = try PublicKey(handle)
        // i2d writes as many bytes as it announced.
        let der = unsafe KeyHandle.encoded(length: i2d_PrivateKey(handle.key, nil)) { start in
            unsafe i2d_PrivateKey(handle.key, start)
        }
        if der.isEmpty { throw .malformedKey }
        secret = .der(der)
    }

    /// Finds a key in a PKCS#11 token by its URI; it is looked up again for each signature.
    package init(token uri: String, pin: String? = nil) throws(SignatureError) {
        let token = TokenKey(uri: uri, pin: pin)
        publicKey = try token.withHandle { handle throws(SignatureError) in try PublicKey(handle) }
        secret = .token(token)
    }

    /// Whether a text names a key in a token, and no file.
    package static func isToken(_ text: String) -> Bool { TokenKey.isURI(text) }

    /// Makes a new key from the system's randomness.
    package static func generate(_ kind: PublicKey.Kind) throws(SignatureError) -> PrivateKey {
        let type = kind.isCurve ? EVP_PKEY_EC : kind == .rsa ? EVP_PKEY_RSA : EVP_PKEY_ED25519
        guard let context = unsafe EVP_PKEY_CTX_new_id(type, nil) else {
            throw .cryptographyFailed(operation: "generate")
        }
        defer { unsafe EVP_PKEY_CTX_free(context) }
        var ready = unsafe EVP_PKEY_keygen_init(context) == 1
        if let curve = kind.curve {
            ready = unsafe ready && EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, curve) == 1
        } else if kind == .rsa {
            ready = unsafe ready && EVP_PKEY_CTX_set_rsa_keygen_bits(context, 3072) == 1
        }
        var key: OpaquePointer?
        // On success the call sets `key`, which the handle then owns.
        guard ready, unsafe EVP_PKEY_keygen(context, &key) == 1, let handle = unsafe KeyHandle(key) else {
            throw .cryptographyFailed(operation: "generate")
        }
        return try PrivateKey(handle)
    }

    /// Reads a PEM private key: PKCS#8, encrypted or not, or OpenSSL's older forms.
    package init(pem: String, password: String? = nil) throws(SignatureError) {
        // A password is always given, NUL-terminated, so that OpenSSL never asks on the terminal.
        var secret = Array((password ?? "").utf8) + [0]
        let handle = unsafe KeyHandle.reading(pem) { unsafe PEM_read_bio_PrivateKey($0, nil, nil, &secret) }
        guard let handle else {
            if !pem.contains("ENCRYPTED") { throw .malformedKey }
            throw password == nil ? .passwordNeeded : .wrongPassword
        }
        try self.init(handle)
    }

    /// PKCS#8 PEM, encrypted with AES-256 under PBKDF2 where there is a password.
    package func pem(password: String? = nil) throws(SignatureError) -> String {
        guard case .der(let der) = secret else { throw .unsupportedKey(type: "pkcs11") }
        guard let handle = KeyHandle.privateKey(der: der), let sink = unsafe BIO_new(BIO_s_mem()) else {
            throw .cryptographyFailed(operation: "encode")
        }
        defer { unsafe BIO_free(sink) }
        let done: Bool
        if let password {
            done = unsafe Self.writeEncrypted(handle, password, to: sink)
        } else {
            // Without a cipher nothing is asked for.
            done = unsafe PEM_write_bio_PKCS8PrivateKey(sink, handle.key, nil, nil, 0, nil, nil) == 1
        }
        guard done else { throw .cryptographyFailed(operation: "encode") }
        var bytes = [UInt8](repeating: 0, count: 16384)
        // BIO_read fills at most the buffer's length.
        let count = unsafe BIO_read(sink, &bytes, Int32(bytes.count))
        guard count > 0 else { throw .cryptographyFailed(operation: "encode") }
        return String(decoding: bytes[..<Int(count)], as: UTF8.self)
    }

    private static func writeEncrypted(
        _ handle: borrowing KeyHandle, _ password: String, to sink: OpaquePointer
    ) -> Bool {
        guard let info = unsafe EVP_PKEY2PKCS8(handle.key) else { return false }
        defer { unsafe PKCS8_PRIV_KEY_INFO_free(info) }
        // OWASP's number of rounds for PBKDF2 with SHA-256; OpenSSL's own default is 2048.
        let sealed = unsafe PKCS8_encrypt(
            -1, EVP_aes_256_cbc(), password, Int32(password.utf8.count), nil, 16, 600_000, info)
        guard let sealed = unsafe sealed else { return false }
        defer { unsafe X509_SIG_free(sealed) }
        return unsafe PEM_write_bio_PKCS8(sink, sealed) == 1
    }

    /// Signs `message` with the scheme of the key's kind.
    package func sign(_ message: [UInt8]) throws(SignatureError) -> [UInt8] {
        switch secret {
        case .token(let token):
            return try token.withHandle { handle throws(SignatureError) in try sign(message, handle) }
        case .der(let der):
            guard let handle = KeyHandle.privateKey(der: der) else { throw .cryptographyFailed(operation: "sign") }
            return try sign(message, handle)
        }
    }

    private func sign(_ message: [UInt8], _ handle: borrowing KeyHandle) throws(SignatureError) -> [UInt8] {
        guard let context = unsafe EVP_MD_CTX_new() else { throw .cryptographyFailed(operation: "sign") }
        defer { unsafe EVP_MD_CTX_free(context) }
        var options: OpaquePointer?
        // The context owns `options`; the first call tells the greatest length, the second writes no more than that.
        var length = 0
        var ready = unsafe EVP_DigestSignInit(context, &options, publicKey.kind.digest, nil, handle.key) == 1
        if publicKey.kind == .rsa {
            ready =
                unsafe ready && EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1
                && EVP_PKEY_CTX_set_rsa_pss_saltlen(options, 32) == 1
        }
        guard ready, unsafe EVP_DigestSign(context, nil, &length, message, message.count) == 1 else {
            throw .cryptographyFailed(operation: "sign")
        }
        var signature = [UInt8](repeating: 0, count: length)
        guard unsafe EVP_DigestSign(context, &signature, &length, message, message.count) == 1 else {
            throw .cryptographyFailed(operation: "sign")
        }
        return Array(signature.prefix(length))
    }
}
