import Bundles
import Files
import Foundation
import Signatures
import Testing

/// Where the reference tools are, where there are any.
let peers = ProcessInfo.processInfo.environment["MODELPACK_PEERS"]

@Suite("The reference tools agree", .enabled(if: peers != nil, "MODELPACK_PEERS names no folder with venv/"))
struct PeerTests {
    /// Runs a program and returns its exit status.
    private func run(_ program: String, _ arguments: [String]) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: program)
        process.arguments = arguments
        process.standardOutput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private func script(_ name: String) -> String {
        let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        return tests.appendingPathComponent("Peers").appendingPathComponent(name).path
    }

    @Test("python-tuf downloads a published bundle")
    func tuf() async throws {
        let peers = try #require(peers), world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"), now: Date())
        try await world.publish(world.bundle("1.1.0"), percent: 5, now: Date())
        let arguments = [script("tuf_client.py"), world.folder.path, "/home-1.0.0.modelpack", "/home-1.1.0.modelpack"]
        #expect(try run(peers + "/venv/bin/python", arguments) == 0)
    }

    @Test(
        "model_signing accepts an unpacked bundle, with each kind of key",
        arguments: [PublicKey.Kind.p256, .p384, .p521])
    func modelSigning(kind: PublicKey.Kind) throws {
        let world = try TestWorld(), key = try PrivateKey.generate(kind)
        let folder = world.path + "/home-1.0.0", pub = world.path + "/key.pub"
        try FileSystem.replace(pub, with: Array(key.publicKey.pem.utf8))
        try Bundle(path: world.bundle("1.0.0", key: key)).unpack(to: folder)
        #expect(try run(script("model_signing.sh"), [folder, pub]) == 0)
    }

    @Test("What model_signing signed is read and verified")
    func signedByOthers() throws {
        let peers = try #require(peers), world = try TestWorld()
        let folder = world.path + "/plain", signature = world.path + "/plain.sig", secret = world.path + "/key.pem"
        try FileSystem.createDirectory(folder + "/model")
        try FileSystem.replace(folder + "/model/model.gguf", with: [1, 2, 3])
        try FileSystem.replace(folder + "/README.md", with: Array("read me".utf8))
        try FileSystem.replace(secret, with: Array(world.builder.pem().utf8))
        let arguments = ["sign", "key", folder, "--signature", signature, "--private_key", secret]
        #expect(try run(peers + "/venv/bin/model_signing", arguments) == 0)
        let read = try ModelSignature(parsingForeign: FileSystem.read(signature))
        #expect(read.isSigned(by: world.builder.publicKey))
        #expect(
            read.resources == [
                .init(name: "README.md", digest: .sha256(Array("read me".utf8))),
                .init(name: "model/model.gguf", digest: .sha256([1, 2, 3])),
            ])
    }
}
