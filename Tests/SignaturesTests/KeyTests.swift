import Foundation
import Signatures
import Testing

@Suite("Keys sign, verify and are read back")
struct KeyTests {
    /// One key of each kind, made once: RSA takes its time.
    static let keys = Result { try PublicKey.Kind.allCases.map { try PrivateKey.generate($0) } }
    /// A second key of each kind, save RSA.
    static func other(_ kind: PublicKey.Kind) throws -> PrivateKey { try .generate(kind == .rsa ? .p256 : kind) }

    func key(_ kind: PublicKey.Kind) throws -> PrivateKey {
        try #require(Self.keys.get().first { $0.publicKey.kind == kind })
    }

    @Test(
        "A signature verifies with its key over its message, and in no other case", arguments: PublicKey.Kind.allCases)
    func signing(kind: PublicKey.Kind) throws {
        let key = try key(kind), other = try Self.other(kind)
        let message = Array("what is signed".utf8)
        let signature = try key.sign(message)
        #expect(key.publicKey.kind == kind)
        #expect(key.publicKey.isValid(signature: signature, over: message))
        #expect(!key.publicKey.isValid(signature: signature, over: message + [0]))
        #expect(!key.publicKey.isValid(signature: [], over: message))
        #expect(!other.publicKey.isValid(signature: signature, over: message))
        for index in signature.indices {
            var changed = signature
            changed[index] ^= 1
            #expect(!key.publicKey.isValid(signature: changed, over: message))
        }
    }

    @Test("PEM gives the same keys back", arguments: PublicKey.Kind.allCases)
    func pem(kind: PublicKey.Kind) throws {
        let key = try key(kind)
        #expect(try PublicKey(pem: key.publicKey.pem) == key.publicKey)
        #expect(try PrivateKey(pem: key.pem()).publicKey == key.publicKey)
        #expect(try key.pem().hasPrefix("-----BEGIN " + "PRIVATE KEY-----\n"))
    }

    @Test("An encrypted key needs its password")
    func password() throws {
        let key = try PrivateKey.generate(.p256)
        let pem = try key.pem(password: "open sesame")
        #expect(pem.hasPrefix("-----BEGIN " + "ENCRYPTED PRIVATE KEY-----\n"))
        #expect(try PrivateKey(pem: pem, password: "open sesame").publicKey == key.publicKey)
        #expect(throws: SignatureError.passwordNeeded) { try PrivateKey(pem: pem) }
        #expect(throws: SignatureError.wrongPassword) { try PrivateKey(pem: pem, password: "open") }
    }

    @Test("Made by OpenSSL: the fingerprint is the digest of the PEM text; a compressed point is the same key")
    func openSSL() throws {
        let plain = try PublicKey(pem: Fixture.publicKey)
        #expect(plain.pem == Fixture.publicKey)
        #expect(plain.fingerprint == Digest.sha256(Array(Fixture.publicKey.utf8)))
        #expect(try PublicKey(pem: Fixture.compressedPublicKey) == plain)
    }

    @Test("However its text is broken into lines, it is the same key", arguments: PublicKey.Kind.allCases)
    func otherLines(kind: PublicKey.Kind) throws {
        let key = try key(kind).publicKey
        let rows = key.pem.split(separator: "\n")
        let text = rows.dropFirst().dropLast().joined()
        let broken = stride(from: 0, to: text.count, by: 48).map { String(text.dropFirst($0).prefix(48)) }
        let pem = ([String(rows[0])] + broken + [String(rows[rows.count - 1]), ""]).joined(separator: "\r\n")
        let other = try PublicKey(pem: pem)
        #expect(other == key)
        #expect(other.kind == kind)
    }

    @Test("A point that isn't on its curve is no key", arguments: PublicKey.Kind.allCases.filter(\.isCurve))
    func offTheCurve(kind: PublicKey.Kind) throws {
        let key = try key(kind).publicKey
        var der = key.der
        der[der.count - 1] ^= 1
        let base64 = Data(der).base64EncodedString()
        let lines = stride(from: 0, to: base64.count, by: 64).map { String(base64.dropFirst($0).prefix(64)) }
        let pem = (["-----BEGIN PUBLIC KEY-----"] + lines + ["-----END PUBLIC KEY-----", ""]).joined(separator: "\n")
        #expect(throws: SignatureError.malformedKey) { try PublicKey(pem: pem) }
    }

    @Test("The older form of private keys, SEC 1 (RFC 5915), is read as well")
    func olderForm() throws {
        let key = try PrivateKey.generate(.p256)
        let base64 = try key.pem().split(separator: "\n").dropFirst().dropLast().joined()
        let wrapped = Array(try #require(Data(base64Encoded: base64)))
        // PKCS#8 ends with the SEC 1 key (0x30 0x6b …, 109 bytes) but for its curve, which stands after the secret.
        let inner = wrapped.suffix(107)
        let curve: [UInt8] = [0xa0, 0x0a, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07]
        let older = [0x30, 0x77] + inner.prefix(37) + curve + inner.dropFirst(37)
        let label = "EC PRIVATE KEY-----"
        let pem = "-----BEGIN \(label)\n\(Data(older).base64EncodedString())\n-----END \(label)\n"
        #expect(try PrivateKey(pem: pem).publicKey == key.publicKey)
    }

    @Test("Other curves, short RSA keys and rubbish are refused")
    func refused() {
        #expect(throws: SignatureError.unsupportedKey(type: "EC-256")) { try PublicKey(pem: Fixture.otherCurve) }
        #expect(throws: SignatureError.unsupportedKey(type: "RSA-1024")) { try PublicKey(pem: Fixture.shortRSA) }
        #expect(throws: SignatureError.malformedKey) { try PublicKey(pem: "") }
        #expect(throws: SignatureError.malformedKey) { try PrivateKey(pem: Fixture.publicKey) }
        for count in 0..<(Fixture.publicKey.utf8.count - 20) {
            #expect(throws: SignatureError.malformedKey) { try PublicKey(pem: String(Fixture.publicKey.prefix(count))) }
        }
    }
}
