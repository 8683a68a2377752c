import FoundationEssentials
import Signatures

/// Keys that are the same in each run, so that a seed is, too. They sign nothing that anybody trusts.
enum FixedKeys {
    static let ed25519 = try? PrivateKey(
        pem: pem(
            [0x30, 0x2E, 0x02, 0x01, 0x00, 0x30, 0x05] + ed25519Identifier + [0x04, 0x22, 0x04, 0x20] + secret))
    static let p256 = try? PrivateKey(pem: curve)

    /// A signer's certificate for the P-256 key, and the authority's that made it.
    static let certificates = try? Certificate.reading(pem: chain)

    /// After both certificates began.
    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// 32 bytes that are no secret.
    private static let secret = [UInt8](repeating: 1, count: 32)
    /// id-Ed25519 (RFC 8410).
    private static let ed25519Identifier: [UInt8] = [0x06, 0x03, 0x2B, 0x65, 0x70]
    /// id-ecPublicKey and prime256v1 (RFC 5480).
    private static let p256Identifier: [UInt8] =
        [0x06, 0x07, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x02, 0x01]
        + [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x03, 0x01, 0x07]

    /// PKCS#8 (RFC 5958), made when it is needed: a file with a key in it would look like one that leaked.
    private static func pem(_ der: [UInt8]) -> String {
        let base64 = Data(der).base64EncodedString(options: [.lineLength64Characters, .endLineWithLineFeed])
        return "-----BEGIN \(label)-----\n\(base64)\n-----END \(label)-----\n"
    }

    private static let label = "PRIVATE KEY"

    /// The P-256 key as its owner would have it.
    static let curve = pem(
        [0x30, 0x41, 0x02, 0x01, 0x00, 0x30, 0x13] + p256Identifier + [0x04, 0x27, 0x30, 0x25, 0x02, 0x01, 0x01]
            + [0x04, 0x20] + secret)

    static let chain = """
        -----BEGIN CERTIFICATE-----
        MIIBODCB3qADAgECAgECMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBFJvb3QwIBcN
        MjYxMTI0MTg1NDI2WhgPMjA1MTA3MTYxODU0MjZaMBExDzANBgNVBAMMBlNpZ25l
        cjBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABG/wO5SSQc4drdQ1GeaWDgqFtBpp
        oFwygQOqK84VlMoWPE91OlW/AdxT9sCwx+7ni0DG/30lqW4igrmJzvccFEqjJzAl
        MA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAzAKBggqhkjOPQQD
        AgNJADBGAiEA1oKAuMgMw86ZBfO5FeLSawU5P1rsFwEVYD1zzYL9QL0CIQCt04R3
        8tmDNJUhiYEouRhFPyVRrDHJbpJGuuYExlWwQQ==
        -----END CERTIFICATE-----
        -----BEGIN CERTIFICATE-----
        MIIBMTCB2KADAgECAgEBMAoGCCqGSM49BAMCMA8xDTALBgNVBAMMBFJvb3QwIBcN
        MjYxMTI0MTg1NDI2WhgPMjA1MTA3MTYxODU0MjZaMA8xDTALBgNVBAMMBFJvb3Qw
        WTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAQp99BqVqw+zPH6LpVf08FPQSscfu0O
        Iq1EISd+QZh8nOx+CV5wChnyWbayfTO5nG9k5YztvOrYZBWtZMa1XVkooyMwITAO
        BgNVHQ8BAf8EBAMCAgQwDwYDVR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNIADBF
        AiAdPBKqTSM9Poh8oxmwag2mx5jEyqwLj0ef08JWZQDgxwIhAJUnoFIdBlt/xULO
        GiDuQKT9lzbMZIuYa+KwXG8988WK
        -----END CERTIFICATE-----

        """
}
