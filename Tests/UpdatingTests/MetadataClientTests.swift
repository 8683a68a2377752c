import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestServer
import Testing
import Transport
import Trust

@testable import Updating

@Suite("A refresh follows TUF's client workflow, and keeps what was verified")
struct MetadataClientTests {
    private static let now = Date(timeIntervalSince1970: 1_790_000_000)

    /// A repository, a server of it, and a client that starts from the first root.
    private struct World {
        let repository: RepositorySimulator
        let server: MisbehavingServer
        let folder: MetadataFolder

        init() throws {
            let repository = try RepositorySimulator()
            self.repository = repository
            server = MisbehavingServer { repository.serve($0) }
            folder = MetadataFolder(repository.folder + "/trust")
            try FileSystem.createDirectory(folder.path)
            try folder.store(repository.root, as: "root")
        }

        @discardableResult
        func refresh() throws -> TrustedMetadata {
            let source = try source(at: server.address + "metadata/")
            return try MetadataClient(folder: folder, source: source).refresh(now: now)
        }

        var requests: [String] { server.requests.map { String($0.path.dropFirst("/metadata/".count)) } }

        func served(_ name: String) -> [UInt8]? { repository.files.withLock { $0["metadata/" + name] } }

        func serve(_ bytes: [UInt8]?, as name: String) {
            repository.files.withLock { $0["metadata/" + name] = bytes }
        }
    }

    @Test("A first refresh makes four requests; one that finds nothing new makes two")
    func requests() throws {
        let world = try World()
        try world.refresh()
        #expect(world.requests == ["2.root.json", "timestamp.json", "1.snapshot.json", "1.targets.json"])
        #expect(try world.folder.read("targets") == world.served("1.targets.json"))
        #expect(
            try FileSystem.list(world.folder.path) == ["root.json", "snapshot.json", "targets.json", "timestamp.json"])
        try world.refresh()
        #expect(Array(world.requests.dropFirst(4)) == ["2.root.json", "timestamp.json"])
    }

    @Test("Roots are taken one by one, stored each, and a bad one ends the run")
    func roots() throws {
        let world = try World()
        let second = try RepositorySimulator.signed(try RepositorySimulator.root(version: 2))
        world.serve(second, as: "2.root.json")
        world.serve(try RepositorySimulator.signed(try RepositorySimulator.root(version: 4)), as: "3.root.json")
        #expect(throws: TrustError.wrongVersion(role: "root", expected: 3, found: 4)) { try world.refresh() }
        #expect(try world.folder.read("root") == second)
        #expect(try world.folder.read("timestamp") == nil)
        #expect(world.requests == ["2.root.json", "3.root.json"])
    }

    @Test("An expired root is stored, and nothing more is asked for")
    func expiredRoot() throws {
        let world = try World()
        let second = try RepositorySimulator.signed(
            try RepositorySimulator.root(version: 2, expires: "2020-01-01T00:00:00Z"))
        world.serve(second, as: "2.root.json")
        #expect(throws: TrustError.expired(role: "root", at: "2020-01-01T00:00:00Z")) { try world.refresh() }
        #expect(try world.folder.read("root") == second)
        #expect(world.requests == ["2.root.json", "3.root.json"])
    }

    @Test("An expired timestamp is refused, served anew or kept from before")
    func expiredTimestamp() throws {
        let world = try World()
        try world.refresh()
        let before = try world.folder.read("timestamp")
        try world.repository.publish(expires: "2020-01-01T00:00:00Z")
        #expect(throws: TrustError.expired(role: "timestamp", at: "2020-01-01T00:00:00Z")) { try world.refresh() }
        #expect(try world.folder.read("timestamp") == before)

        try world.folder.store(world.served("timestamp.json") ?? [], as: "timestamp")
        let asked = world.requests.count
        #expect(throws: TrustError.expired(role: "timestamp", at: "2020-01-01T00:00:00Z")) { try world.refresh() }
        #expect(Array(world.requests.dropFirst(asked)) == ["2.root.json", "timestamp.json"])
    }

    @Test("Old metadata, played back, is refused")
    func replay() throws {
        let world = try World()
        let old = world.served("timestamp.json")
        try world.repository.publish()
        try world.refresh()
        world.serve(old, as: "timestamp.json")
        #expect(throws: TrustError.rollback(role: "timestamp", trusted: 2, found: 1)) { try world.refresh() }
        #expect(try world.folder.read("timestamp") != old)
    }

    @Test(
        "A step that fails keeps the steps before and changes nothing after",
        arguments: ["timestamp", "snapshot", "targets"])
    func steps(role: String) throws {
        let world = try World()
        try world.refresh()
        let before = try ["timestamp", "snapshot", "targets"].map { try world.folder.read($0) }
        try world.repository.publish()
        let name = role == "timestamp" ? "timestamp.json" : "2.\(role).json"
        world.serve(nil, as: name)
        #expect(throws: TransportError.notFound(address: world.server.address + "metadata/" + name)) {
            try world.refresh()
        }
        let after = try ["timestamp", "snapshot", "targets"].map { try world.folder.read($0) }
        let kept = zip(before, after).map { $0 == $1 }
        let expected = [
            "timestamp": [true, true, true], "snapshot": [false, true, true], "targets": [false, false, true],
        ]
        #expect(kept == expected[role])
        try world.repository.publish()
        try world.refresh()
    }

    @Test("A role's name stays within the folder", arguments: ["../escape", "/etc/x", "?", "#", "a b"])
    func names(role: String) throws {
        let world = try World()
        try world.folder.store([1, 2], as: role)
        #expect(try world.folder.read(role) == [1, 2])
        #expect(try FileSystem.list(world.folder.path).count == 2)
    }
}

@Suite("device.yaml is read strictly")
struct DeviceConfigurationTests {
    private let id = "000102030405060708090a0b0c0d0e0f"

    @Test("What `device init` writes is read again, whatever the address")
    func roundTrip() throws {
        for address in ["https://models.example.com/a b", "/srv/\"quoted\"", "C: #no comment", "é\\n"] {
            let configuration = DeviceConfiguration(
                repository: address, channel: "stable", id: (0..<16).map { UInt8($0) })
            #expect(try DeviceConfiguration(parsing: configuration.initialText, file: "device.yaml") == configuration)
        }
    }

    @Test("Everything can be set")
    func full() throws {
        let text = """
            repository: https://models.example.com
            channel: beta
            id: "\(id)"
            confirm: app
            check: {seconds: 5, memory: 64, attempts: 3, hours: 2}
            limits: {rate: 100, connect_seconds: 4, stall_seconds: 6, retry_seconds: 7}
            mirrors: [https://one.example.com, /srv/two]
            network: {proxy: "http://proxy:3128", certificate: c.pem, key: k.pem, authorities: a.pem, metered: true}
            """
        let configuration = try DeviceConfiguration(parsing: text, file: "device.yaml")
        #expect(configuration.confirm == .app)
        #expect(configuration.check == .init(seconds: 5, memory: 64, attempts: 3, hours: 2))
        #expect(configuration.httpOptions.bytesPerSecond == 102_400)
        #expect(configuration.httpOptions.stallSeconds == 6)
        #expect(configuration.limits.retrySeconds == 7)
        #expect(configuration.mirrors == ["https://one.example.com", "/srv/two"])
        #expect(configuration.httpOptions.proxy == "http://proxy:3128")
        #expect(configuration.httpOptions.identity == .init(certificate: "c.pem", key: "k.pem"))
        #expect(configuration.httpOptions.authorities == "a.pem")
        #expect(configuration.network.metered)
    }

    @Test(
        "Mistakes are errors with their place",
        arguments: [
            ("id: abc", 3), ("confirm: maybe", 4), ("colour: red", 4), ("check: {seconds: 0}", 4),
            ("limits: {rate: fast}", 4), ("check: {minutes: 3}", 4), ("mirrors: one", 4),
            ("network: {key: k.pem}", 4), ("network: {metered: perhaps}", 4), ("network: {limit_rate: 0}", 4),
        ])
    func mistakes(line: String, number: Int) {
        let lines = ["repository: /srv", "channel: stable", "id: \"\(id)\""].prefix(number - 1) + [line]
        do {
            _ = try DeviceConfiguration(parsing: lines.joined(separator: "\n"), file: "device.yaml")
            Issue.record("read without an error")
        } catch {
            #expect(error.line == number)
        }
    }
}
