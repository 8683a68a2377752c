import FoundationEssentials
import Signatures

/// An authority of X.509 certificates for tests: whatever is asked for gets signed.
struct TestAuthority {
    let name: String
    let key: PrivateKey
    let certificate: Certificate

    static let now = Date(timeIntervalSince1970: 1_800_000_000)

    /// What a certificate says about its subject.
    struct Claims {
        var isAuthority = false
        /// The first byte of the key usage: 0x80 digitalSignature, 0x04 keyCertSign; nil for no such extension.
        var usage: UInt8? = 0x80
        /// The last arcs below id-kp: 3 codeSigning, 1 serverAuth.
        var purposes: [UInt8] = [3]
        /// Days from now.
        var validity = -1...1

        static let authority = Claims(isAuthority: true, usage: 0x04, purposes: [])
    }

    /// One that signed itself.
    init(_ name: String, claims: Claims = .authority) throws {
        self.name = name
        key = try .generate(.p256)
        certificate = try Self.certificate(for: key.publicKey, name, by: key, name, claims)
    }

    /// One below another.
    init(_ name: String, below parent: TestAuthority, claims: Claims = .authority) throws {
        self.name = name
        key = try .generate(.p256)
        certificate = try parent.certify(key.publicKey, name, claims)
    }

    func certify(_ subject: PublicKey, _ name: String, _ claims: Claims = Claims()) throws -> Certificate {
        try Self.certificate(for: subject, name, by: key, self.name, claims)
    }

    private static func certificate(
        for subject: PublicKey, _ name: String, by issuer: PrivateKey, _ issuerName: String, _ claims: Claims
    ) throws -> Certificate {
        let algorithm = tagged(0x30, [0x06, 0x08, 0x2A, 0x86, 0x48, 0xCE, 0x3D, 0x04, 0x03, 0x02])
        var extensions: [UInt8] = []
        if claims.isAuthority { extensions += describe(19, tagged(0x30, [0x01, 0x01, 0xFF])) }
        if let usage = claims.usage {
            extensions += describe(15, [0x03, 0x02, UInt8(usage.trailingZeroBitCount), usage])
        }
        if !claims.purposes.isEmpty {
            let list = claims.purposes.flatMap {
                [0x06, 0x08, 0x2B, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, $0] as [UInt8]
            }
            extensions += describe(37, tagged(0x30, list))
        }
        let dates = [claims.validity.lowerBound, claims.validity.upperBound].flatMap {
            tagged(0x17, Array(text(of: now.addingTimeInterval(Double($0) * 86400)).utf8))
        }
        let signed = tagged(
            0x30,
            tagged(0xA0, [0x02, 0x01, 0x02]) + [0x02, 0x01, UInt8.random(in: 1...127)] + algorithm
                + describe(issuerName) + tagged(0x30, dates) + describe(name) + subject.der
                + (extensions.isEmpty ? [] : tagged(0xA3, tagged(0x30, extensions))))
        return try Certificate(
            der: tagged(0x30, signed + algorithm + tagged(0x03, [0] + issuer.sign(signed))))
    }

    private static func tagged(_ tag: UInt8, _ content: [UInt8]) -> [UInt8] {
        let count = content.count
        let length: [UInt8] =
            count < 128
            ? [UInt8(count)] : count < 256 ? [0x81, UInt8(count)] : [0x82, UInt8(count >> 8), UInt8(count & 255)]
        return [tag] + length + content
    }

    /// A name with one part, the common name.
    private static func describe(_ name: String) -> [UInt8] {
        tagged(0x30, tagged(0x31, tagged(0x30, [0x06, 0x03, 0x55, 0x04, 0x03] + tagged(0x0C, Array(name.utf8)))))
    }

    /// A critical extension, by the last arc of id-ce.
    private static func describe(_ arc: UInt8, _ value: [UInt8]) -> [UInt8] {
        tagged(0x30, [0x06, 0x03, 0x55, 0x1D, arc, 0x01, 0x01, 0xFF] + tagged(0x04, value))
    }

    /// UTCTime.
    private static func text(of date: Date) -> String {
        date.formatted(.iso8601).filter(\.isNumber).dropFirst(2) + "Z"
    }
}
