import Files
import Registries
import Signatures
import TestServer
import Testing
// Not for testing: what an app has.
import Updating

@Suite("An app updates its models with nothing but what is public")
final class DeviceTests {
    private let repository: RepositorySimulator
    private let server: MisbehavingServer
    private let device: ModelDevice

    init() throws {
        let repository = try RepositorySimulator()
        self.repository = repository
        server = MisbehavingServer { repository.serve($0) }
        device = try ModelDevice.setUp(
            repository.folder + "/device", repository: server.address, trusting: repository.root,
            policy: try RepositorySimulator.policy)
    }

    @Test("The whole road: set up, update, read, go back")
    func road() throws {
        #expect(try device.read("home") == nil)
        try repository.release("1.0.0", weights: noise(100_000, seed: 1))
        var told: [String] = []
        let results = try device.update(
            check: { FileSystem.exists($0 + "/model/model.gguf") ? .good : .bad(reason: "no weights") },
            report: { if case .switching(_, let version) = $0 { told.append(version) } })
        #expect(results.map(\.outcome) == [.installed])
        #expect(told == ["1.0.0"])
        #expect(try ModelDevice(device.root).read("home")?.version == "1.0.0")

        try repository.release("1.1.0", weights: noise(100_000, seed: 2))
        #expect(try device.update("home", check: { _ in .good }).map(\.version) == ["1.1.0"])
        #expect(try device.confirm("home") == "1.1.0")
        let status = try #require(try device.status().models["home"])
        #expect(status.phase == .confirmed && status.confirmed == "1.1.0" && status.previous == "1.0.0")
        let back = try device.rollBack("home")
        #expect(back.left == "1.1.0" && back.confirmed == "1.0.0")
        #expect(try device.status().models["home"]?.blocked == ["1.1.0"])
        #expect(kind { try device.rollBack("home") } == .refused)
    }

    @Test("A check that throws is one without a verdict")
    func throwing() throws {
        struct Broken: Error {}
        try repository.release("1.0.0", weights: noise(1000, seed: 1))
        let result = try #require(try device.update(check: { _ in throw Broken() }).first)
        #expect(result.outcome == .undecided && result.reason == "Broken()")
        #expect(try device.status().models["home"]?.phase == .blocked)
    }

    @Test("A dry run says what it would cost, what is staged waits for a yes, a bundle needs no repository")
    func options() throws {
        let path = try repository.release("1.0.0", weights: noise(100_000, seed: 1))
        var options = UpdateOptions()
        options.isDryRun = true
        let outlook = try #require(try device.update("home", options, check: { _ in .good }).first)
        #expect(outlook.outcome == .available && (outlook.plan?.ranges ?? 0) > 100_000)
        options = UpdateOptions()
        options.activates = false
        #expect(try device.update("home", options, check: { _ in .good }).map(\.outcome) == [.staged])
        #expect(try device.activate("home", check: { _ in .good }).outcome == .installed)
        let other = try ModelDevice.setUp(
            repository.folder + "/other", repository: "/nowhere", trusting: repository.root,
            policy: try RepositorySimulator.policy, confirmedByApp: true)
        #expect(try other.install(bundle: path, check: { _ in .good }).outcome == .trial)
        #expect(try other.status().models["home"]?.trial == "1.0.0")
        #expect(try other.confirm("home") == "1.0.0")
    }

    @Test("What is being read stays until it is let go of, whatever happens meanwhile")
    func reading() throws {
        var reader: InstalledModel?
        for (number, version) in ["1.0.0", "1.1.0", "1.2.0"].enumerated() {
            try repository.release(version, weights: noise(1000, seed: UInt8(number)))
            #expect(try device.update(check: { _ in .good }).map(\.outcome) == [.installed])
            if number == 0 { reader = try device.read("home") }
        }
        let held = try #require(reader)
        #expect(FileSystem.exists(held.weights))
        #expect(try device.status().models["home"]?.kept == ["1.0.0"])
        let folder = held.folder
        _ = consume held
        reader = nil
        try repository.release("1.3.0", weights: noise(1000, seed: 9))
        #expect(try device.update(check: { _ in .good }).map(\.outcome) == [.installed])
        #expect(!FileSystem.exists(folder))
    }

    @Test("A repository in a registry is followed as one on a web server is")
    func registry() throws {
        try repository.release("1.0.0", weights: noise(100_000, seed: 1))
        let folder = repository.folder + "/site"
        let files = repository.files.withLock { $0 }
        for (path, bytes) in files {
            try FileSystem.createDirectory(FileSystem.parent(of: folder + "/" + path))
            try FileSystem.replace(folder + "/" + path, with: bytes)
        }
        let manifest = try Artifact(repository: folder).manifest
        let blobs = Dictionary(
            files.values.map { ("sha256:" + Digest.sha256($0).hex, $0) }, uniquingKeysWith: { one, _ in one })
        let registry = MisbehavingServer { request in
            if request.path == "/v2/fleet/manifests/live" { return .status(200, body: manifest) }
            guard let digest = request.path.split(separator: "/").last, let blob = blobs[String(digest)] else {
                return .status(404)
            }
            return .file(blob, request)
        }
        func device(_ name: String, at address: String) throws -> ModelDevice {
            try ModelDevice.setUp(
                repository.folder + "/" + name, repository: address, trusting: repository.root,
                policy: try RepositorySimulator.policy)
        }
        let place = registry.address.replacing("http", with: "oci") + "fleet"
        #expect(try device("a", at: place + ":live").update(check: { _ in .good }).map(\.version) == ["1.0.0"])
        #expect(kind { _ = try device("b", at: place + ":dead").update(check: { _ in .good }) } == .notAvailable)
        #expect(kind { _ = try device("c", at: place) } == .usage)
        #expect(kind { _ = try device("d", at: "s3://bucket").update(check: { _ in .good }) } == .usage)
    }

    @Test("Errors say what can be done about them")
    func kinds() throws {
        #expect(kind { _ = try ModelDevice(repository.folder) } == .localFile)
        #expect(kind { _ = try device.read("../home") } == .usage)
        #expect(kind { try device.confirm("home") } == .usage)
        #expect(kind { try device.rollBack("home") } == .usage)
        #expect(kind { try device.change { _, _ in _ = try device.confirm("home") } } == .locked)
        repository.files.withLock { $0["metadata/timestamp.json"] = Array("{}".utf8) }
        #expect(kind { _ = try device.update(check: { _ in .good }) } == .damaged)
        repository.files.withLock { $0 = [:] }
        #expect(kind { _ = try device.update(check: { _ in .good }) } == .notAvailable)
    }
}
