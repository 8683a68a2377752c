import Files
import Synchronization
import TestServer
import Testing
import Transport

@testable import Registries

@Suite("A repository in a registry is read as if it were a folder")
struct RegistrySourceTests {
    /// A repository of some files, and the registry that has it at `1.0.0`.
    private func makeRepository(
        in folder: TemporaryFolder, _ answer: @escaping @Sendable (Request, [UInt8]) -> Response? = { _, _ in nil }
    ) throws -> TestRegistry {
        try FileSystem.createDirectory(folder("repo/metadata"))
        try FileSystem.createDirectory(folder("repo/targets/home/1.0.0"))
        try FileSystem.replace(folder("repo/metadata/timestamp.json"), with: Array("{}".utf8))
        try FileSystem.replace(folder("repo/metadata/a b.json"), with: [1])
        try FileSystem.replace(folder("repo/metadata/1.root.json.7.tmp"), with: [2])
        try FileSystem.replace(folder("repo/targets/home/1.0.0/x.modelpack"), with: Array(0..<200))
        try FileSystem.replace(folder("repo/log.jsonl"), with: [3])
        let registry = TestRegistry(answer)
        #expect(Artifact.isRepository(folder("repo")))
        registry.hold(try Artifact(repository: folder("repo")))
        return registry
    }

    @Test("Files, ranges and absences; what isn't for the world isn't there")
    func files() throws {
        let folder = try TemporaryFolder()
        let registry = try makeRepository(in: folder)
        let root = RegistrySource(try registry.client())
        let (metadata, targets) = (FolderSource("metadata", of: root), FolderSource("targets", of: root))
        #expect(try metadata.fetch("timestamp.json", limit: 10) == Array("{}".utf8))
        #expect(try metadata.fetch("a%20b.json", limit: 10) == [1])
        #expect(try metadata.fetch(ifPresent: "2.root.json", limit: 10) == nil)
        #expect(try metadata.fetch(ifPresent: "1.root.json.7.tmp", limit: 10) == nil)
        #expect(try root.fetch(ifPresent: "log.jsonl", limit: 10) == nil)
        var bytes: [UInt8] = []
        let other = try targets.another()
        try other.fetch("home/1.0.0/x.modelpack", range: 10..<20) { piece in
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        #expect(bytes == Array(10..<20))
        #expect(throws: TransportError.self) { try targets.fetch("home/1.0.0/x.modelpack", limit: 199) }
        // One state for the whole run, asked for once.
        #expect(registry.log.filter { $0 == "GET 1.0.0" }.count == 1)
    }

    @Test("A registry that fails is one that a mirror can stand in for; one without the repository isn't read")
    func failures() throws {
        let folder = try TemporaryFolder()
        let isDown = Mutex(false)
        let registry = try makeRepository(in: folder) { _, _ in isDown.withLock { $0 } ? .status(503) : nil }
        let source = RegistrySource(try registry.client())
        isDown.withLock { $0 = true }
        let address = "oci://\(try registry.client().reference.text)"
        #expect(throws: TransportError.refused(address: address, status: 503)) {
            try source.fetch("metadata/timestamp.json", limit: 10)
        }
        isDown.withLock { $0 = false }
        #expect(try source.fetch("metadata/timestamp.json", limit: 10).count == 2)

        registry.hold(try Artifact(makeBundle(at: folder("a"), size: 10)))
        let bundle = RegistrySource(try registry.client())
        #expect(throws: RegistryError.self) { try bundle.fetch("metadata/timestamp.json", limit: 10) }
    }
}
