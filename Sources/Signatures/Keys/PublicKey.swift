internal import CLibCrypto

/// A public key that signatures are checked with.
///
/// Two keys are equal when they are the same key, however they were written.
package struct PublicKey: Hashable, Sendable {
    /// What kind of key, and with it which signature scheme, is meant.
    package enum Kind: String, CaseIterable, Sendable {
        /// ECDSA with SHA-256, SHA-384 and SHA-512; signatures in DER.
        case p256, p384, p521
        /// Ed25519 (RFC 8032).
        case ed25519
        /// RSASSA-PSS with SHA-256, MGF1 with SHA-256, a salt of any length.
        case rsa

        package var isCurve: Bool { self == .p256 || self == .p384 || self == .p521 }
    }

    package let kind: Kind
    /// DER SubjectPublicKeyInfo, with a named curve and an uncompressed point.
    package let der: [UInt8]

    /// Reads a PEM SubjectPublicKeyInfo.
    package init(pem: String) throws(SignatureError) {
        if let der = PEMText.read(pem, as: "PUBLIC KEY"), let kind = Kind(ofPlain: der) {
            guard KeyHandle.publicKey(der: der) != nil else { throw .malformedKey }
            self.init(kind: kind, der: der)
            return
        }
        // The BIO lives for the call; public keys are never encrypted.
        let handle = unsafe KeyHandle.reading(pem) { unsafe PEM_read_bio_PUBKEY($0, nil, nil, nil) }
        guard let handle else { throw .malformedKey }
        try self.init(handle)
    }

    /// Takes the 32 bytes of an Ed25519 key.
    package init(ed25519 raw: [UInt8]) throws(SignatureError) {
        guard raw.count == 32 else { throw .malformedKey }
        kind = .ed25519
        der = Kind.ed25519.prefix + raw
    }

    private init(kind: Kind, der: [UInt8]) {
        self.kind = kind
        self.der = der
    }

    init(_ handle: borrowing KeyHandle) throws(SignatureError) {
        guard let kind = handle.kind else { throw .unsupportedKey(type: handle.typeName) }
        self.kind = kind
        der = handle.publicDER
        if der.isEmpty { throw .malformedKey }
    }

    /// PEM SubjectPublicKeyInfo, as OpenSSL writes it.
    package var pem: String { PEMText.write(der, as: "PUBLIC KEY") }

    /// SHA-256 of the PEM text: how OMS signatures name their key.
    package var fingerprint: Digest { .sha256(Array(pem.utf8)) }

    /// The 32 bytes of an Ed25519 key; nil for other kinds.
    package var ed25519Bytes: [UInt8]? { kind == .ed25519 ? Array(der.suffix(32)) : nil }

    /// Whether this key's owner made `signature` over `message`.
    package func isValid(signature: [UInt8], over message: [UInt8]) -> Bool {
        guard let handle = KeyHandle.publicKey(der: der), let context = unsafe EVP_MD_CTX_new() else { return false }
        defer {
            unsafe EVP_MD_CTX_free(context)
            ERR_clear_error()
        }
        var options: OpaquePointer?
        // The context owns `options`; handle and context live until the end of this function.
        guard unsafe EVP_DigestVerifyInit(context, &options, kind.digest, nil, handle.key) == 1 else { return false }
        if kind == .rsa {
            guard unsafe EVP_PKEY_CTX_set_rsa_padding(options, RSA_PKCS1_PSS_PADDING) == 1,
                unsafe EVP_PKEY_CTX_set_rsa_pss_saltlen(options, RSA_PSS_SALTLEN_AUTO) == 1
            else { return false }
        }
        // Both buffers are valid for the call.
        return unsafe EVP_DigestVerify(context, signature, signature.count, message, message.count) == 1
    }
}

extension PublicKey.Kind {
    /// What the SubjectPublicKeyInfo of a named curve's uncompressed point, or of an Ed25519 key, begins with.
    var prefix: [UInt8] {
        let ellipticCurveKey: [UInt8] = [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        return switch self {
        case .p256:
            [0x30, 0x59, 0x30, 0x13] + ellipticCurveKey
                + [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04]
        case .p384:
            [0x30, 0x76, 0x30, 0x10] + ellipticCurveKey
                + [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x22, 0x03, 0x62, 0x00, 0x04]
        case .p521:
            [0x30, 0x81, 0x9B, 0x30, 0x10] + ellipticCurveKey
                + [0x06, 0x05, 0x2B, 0x81, 0x04, 0x00, 0x23, 0x03, 0x81, 0x86, 0x00, 0x04]
        case .ed25519: [0x30, 0x2A, 0x30, 0x05, 0x06, 0x03, 0x2B, 0x65, 0x70, 0x03, 0x21, 0x00]
        case .rsa: []
        }
    }

    /// OpenSSL's number of the curve.
    var curve: Int32? {
        switch self {
        case .p256: NID_X9_62_prime256v1
        case .p384: NID_secp384r1
        case .p521: NID_secp521r1
        case .ed25519, .rsa: nil
        }
    }

    /// The kind of a key whose DER has but one form: the prefix, and as many bytes as the kind needs.
    init?(ofPlain der: [UInt8]) {
        let kinds: [(Self, bytes: Int)] = [(.p256, 64), (.p384, 96), (.p521, 132), (.ed25519, 32)]
        let kind = kinds.first { der.count == $0.0.prefix.count + $0.bytes && der.starts(with: $0.0.prefix) }
        guard let kind
        else { return nil }
        self = kind.0
    }

    /// The digest of the signature scheme; Ed25519 has none of its own.
    @unsafe var digest: OpaquePointer? {
        switch self {
        case .p256, .rsa: unsafe EVP_sha256()
        case .p384: unsafe EVP_sha384()
        case .p521: unsafe EVP_sha512()
        case .ed25519: nil
        }
    }
}

extension KeyHandle {
    /// OpenSSL's name of the key's type, for messages.
    var typeName: String {
        // The name is a static string, or nil.
        guard let name = unsafe EVP_PKEY_get0_type_name(key) else { return "unknown" }
        return unsafe "\(String(cString: name))-\(EVP_PKEY_get_bits(key))"
    }
}
