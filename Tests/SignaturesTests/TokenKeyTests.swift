import Foundation
import Signatures
import Testing

@Suite(
    "A key in a PKCS#11 token signs and never leaves it",
    .enabled(if: SoftToken.module != nil, "softhsm2 or OpenSSL's engine for PKCS#11 is not installed"))
struct TokenKeyTests {
    @Test("It signs as a key in a file does; another name finds nothing")
    func signing() throws {
        let token = try SoftToken()
        let key = try PrivateKey(token: token.uri, pin: "1234")
        #expect(key.publicKey == token.publicKey)
        let signature = try ModelSignature.sign(
            subject: "home-1.0.0", resources: ModelSignatureTests.resources, key: key)
        #expect(signature.isSigned(by: token.publicKey))
        #expect(throws: SignatureError.unsupportedKey(type: "pkcs11")) { try key.pem() }
        let withPIN = token.uri + "&pin-value=1234"
        #expect(try PrivateKey(token: withPIN).publicKey == token.publicKey)
        // PIN and module are asked for once in a process: the engine stays logged in.
        let wrong = withPIN.replacingOccurrences(of: "object=build", with: "object=other")
        #expect(throws: SignatureError.tokenNotAvailable(.noKey)) { try PrivateKey(token: wrong) }
    }
}

/// A token of SoftHSM with one key, in a folder of its own.
final class SoftToken {
    let uri: String
    let publicKey: PublicKey
    private let folder = FileManager.default.temporaryDirectory.appendingPathComponent("token-\(UUID())").path

    static let module: String? = {
        let engines = ProcessInfo.processInfo.environment["OPENSSL_ENGINES"].map { [$0] } ?? []
        let machine = ["x86_64-linux-gnu", "aarch64-linux-gnu"].map { "/usr/lib/\($0)/engines-3" }
        let hasEngine = (engines + machine).contains { FileManager.default.fileExists(atPath: $0 + "/pkcs11.so") }
        let path = "/usr/lib/softhsm/libsofthsm2.so"
        return hasEngine && FileManager.default.fileExists(atPath: path) ? path : nil
    }()

    init() throws {
        uri = "pkcs11:token=test;object=build?module-path=\(Self.module ?? "")"
        let key = try PrivateKey.generate(.p256)
        publicKey = key.publicKey
        try FileManager.default.createDirectory(atPath: folder + "/tokens", withIntermediateDirectories: true)
        try "directories.tokendir = \(folder)/tokens\n".write(
            toFile: folder + "/softhsm2.conf", atomically: true, encoding: .utf8)
        try key.pem().write(toFile: folder + "/key", atomically: true, encoding: .utf8)
        // SoftHSM finds its tokens by the environment only; no other test looks at this variable.
        unsafe setenv("SOFTHSM2_CONF", folder + "/softhsm2.conf", 1)
        try Self.run("--init-token", "--free", "--label", "test", "--pin", "1234", "--so-pin", "5678")
        try Self.run(
            "--import", folder + "/key", "--token", "test", "--label", "build", "--id", "01", "--pin", "1234")
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    private static func run(_ arguments: String...) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/softhsm2-util")
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        try #require(process.terminationStatus == 0)
    }
}
