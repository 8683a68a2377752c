internal import CLibCrypto

/// The digests that TUF metadata names.
package enum HashAlgorithm: String, CaseIterable, Sendable {
    case sha256, sha512

    /// 32 or 64 bytes.
    package func hash(_ bytes: [UInt8]) -> [UInt8] {
        switch self {
        case .sha256: return Digest.sha256(bytes).bytes
        case .sha512:
            var digest = [UInt8](repeating: 0, count: 64)
            // SHA-512 writes 64 bytes; the input is valid for the call.
            _ = unsafe EVP_Digest(bytes, bytes.count, &digest, nil, EVP_sha512(), nil)
            return digest
        }
    }
}
