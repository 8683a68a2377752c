import Bundles
import Files
import FoundationEssentials
import TestServer
import Testing

@testable import Updating

@Suite("What has rotted on a device is found and rebuilt")
final class CheckingTests {
    private let repository: RepositorySimulator
    private let server: MisbehavingServer
    private let device: TestDevice

    init() throws {
        let repository = try RepositorySimulator()
        self.repository = repository
        server = MisbehavingServer { repository.serve($0) }
        device = try TestDevice(repository, at: server.address)
        for (version, seed) in [("1.0.0", UInt8(1)), ("1.1.0", 2)] {
            try repository.release(version, weights: noise(3_500_000, seed: seed))
            _ = try device.update()
        }
    }

    private func check(_ health: ModelHealth = .good) throws -> (results: [CheckResult], problem: (any Error)?) {
        var store = try Store.open(device.layout.root, clock: device.clock)
        return try device.updater { $0.healthCheck = { _ in health } }.check(&store, clock: device.clock)
    }

    @Test("Where all is well nothing is fetched")
    func whole() throws {
        let before = server.requests.count
        #expect(try check().results.map(\.outcome) == [.whole, .whole])
        #expect(server.requests.count == before)
        let failing = try check(.bad(reason: "no")).results
        #expect(failing.map(\.outcome) == [.failing, .whole])
        #expect(try device.state.confirmed?.version == "1.1.0")
    }

    @Test("One flipped bit costs one chunk", arguments: ["1.0.0", "1.1.0"])
    func flipped(version: String) throws {
        let folder = device.layout.model("home").version(version)
        try flip(folder + "/model/model.gguf", at: 1_600_000)
        let results = try check().results
        #expect(results.first { $0.version == version }?.outcome == .rebuilt)
        #expect(results.first { $0.version == version }?.fetched == 1 << 20)
        #expect(try check().results.map(\.outcome) == [.whole, .whole])
        #expect(try device.current() == "1.1.0")
        #expect(FileSystem.status(folder + "/model/model.gguf")?.mode == 0o444)
    }

    @Test(
        "Files that are gone, too long, strange, or the index itself",
        arguments: ["LICENSE", "index.json", "manifest.json", "golden", "stranger", "long"])
    func others(what: String) throws {
        let folder = device.layout.model("home").version("1.1.0")
        try FileSystem.setMode(folder, 0o755)
        switch what {
        case "stranger": try FileSystem.replace(folder + "/stranger", with: [1])
        case "long":
            // The small files are the other version's, too.
            try FileSystem.setMode(folder + "/model/model.gguf", 0o644)
            try FileSystem.append([1], to: folder + "/model/model.gguf")
        case "index.json": try flip(folder + "/index.json", at: 3)
        default: try FileSystem.remove(folder + "/" + what)
        }
        #expect(try check().results.map(\.outcome) == [.rebuilt, .whole])
        #expect(try check().results.map(\.outcome) == [.whole, .whole])
        #expect(try device.current() == "1.1.0")
    }

    @Test("What can't be rebuilt is left for the version before")
    func givenUp() throws {
        repository.files.withLock { $0 = $0.filter { !$0.key.contains("1.1.0") } }
        try flip(device.layout.model("home").version("1.1.0") + "/model/model.gguf", at: 9)
        let (results, problem) = try check()
        #expect(problem != nil)
        #expect(results.map(\.outcome) == [.givenUp, .whole])
        #expect(try device.current() == "1.0.0")
        #expect(try device.state.previous == nil)
    }

    @Test("The last version stays, rotten as it is, and a rotten way back is none")
    func last() throws {
        repository.files.withLock { $0 = [:] }
        try flip(device.layout.model("home").version("1.0.0") + "/model/model.gguf", at: 9)
        #expect(try check().results.map(\.outcome) == [.whole, .givenUp])
        #expect(try device.state.previous == nil)
        try flip(device.layout.model("home").version("1.1.0") + "/model/model.gguf", at: 9)
        #expect(try check().results.map(\.outcome) == [.rotten])
        #expect(try device.state.confirmed?.version == "1.1.0")
    }
}

@Suite("Old versions go, unless they are kept or read")
struct CollectingTests {
    private let repository: RepositorySimulator
    private let server: MisbehavingServer

    init() throws {
        let repository = try RepositorySimulator()
        self.repository = repository
        server = MisbehavingServer { repository.serve($0) }
    }

    private func device(_ versions: [String], keep: Int) throws -> TestDevice {
        var device = try TestDevice(repository, at: server.address)
        device.configuration.keep = keep
        for (number, version) in versions.enumerated() {
            try repository.release(version, weights: noise(10_000, seed: UInt8(number)))
            _ = try device.update()
        }
        return device
    }

    @Test("An update leaves as many as the owner wants", arguments: [0, 1, 2, 5])
    func retention(keep: Int) throws {
        let versions = ["1.0.0", "1.1.0", "1.2.0", "1.3.0"]
        let device = try device(versions, keep: keep)
        let there = Store.disk(of: device.layout.model("home")).versions
        #expect(there == Set(versions.suffix(min(keep, 3) + 1)))
        #expect(try Set(device.state.named.map(\.version)) == there)
        #expect(try device.current() == "1.3.0")
    }

    @Test("A version that an app reads stays until it is let go")
    func locked() throws {
        let device = try device(["1.0.0", "1.1.0"], keep: 5)
        let model = device.layout.model("home")
        var store = try Store.open(device.layout.root, clock: device.clock)
        let reading = try FileLock(model.lock("1.0.0"), shared: true)
        var collection = try store.collect("home", keeping: 0, clock: device.clock)
        #expect(collection.inUse == ["1.0.0"])
        #expect(collection.removed == [])
        #expect(store.state.models["home"]?.previous?.version == "1.0.0")
        _ = consume reading
        collection = try store.collect("home", keeping: 0, clock: device.clock)
        #expect(collection.removed == ["1.0.0"])
        #expect(!FileSystem.exists(model.version("1.0.0")))
        #expect(!FileSystem.exists(model.lock("1.0.0")))
    }

    @Test("Work that nobody will go on with goes, the rest stays")
    func staging() throws {
        let device = try device(["1.0.0"], keep: 1)
        let model = device.layout.model("home")
        for version in ["0.9.0", "1.0.0", "1.5.0"] { try FileSystem.createDirectory(model.staged(version)) }
        var store = try Store.open(device.layout.root, clock: device.clock)
        #expect(try store.collect("home", keeping: 1, clock: device.clock).removed == ["0.9.0", "1.0.0"])
        #expect(try FileSystem.list(model.staging) == ["1.5.0"])
    }
}

@Suite("Trials end by their deadline, never by power cycles")
struct TrialTests {
    /// Installs 1.0.0, and leaves 1.1.0 in trial.
    private static func beginTrial(_ device: inout TestDevice, _ repository: RepositorySimulator) throws {
        try repository.release("1.0.0", weights: noise(10_000, seed: 1))
        _ = try device.update()
        try repository.release("1.1.0", weights: noise(10_000, seed: 2))
        device.configuration.confirm = .app
        #expect(try device.update().map(\.outcome) == [.trial])
    }

    @Test("A good version survives ten innocent power cycles, offline or not")
    func innocent() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        try Self.beginTrial(&device, repository)
        for cycle in 0..<10 {
            device.clock += 3600
            _ = try Store.open(device.layout.root, clock: device.clock)
            if cycle.isMultiple(of: 2) { #expect(try device.update().map(\.outcome) == [.trial]) }
            #expect(try device.current() == "1.1.0")
            #expect(try device.state.trial?.attemptsLeft == 1)
        }
        var store = try Store.open(device.layout.root, clock: device.clock)
        try store.change("home", by: .confirmed, clock: device.clock)
        #expect(store.state.models["home"]?.confirmed?.version == "1.1.0")
    }

    @Test("A bad one is tried once, left at its deadline without any network, and never tried again")
    func bad() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        try Self.beginTrial(&device, repository)
        device.clock += 24 * 3600 + 1
        device.configuration.repository = device.layout.root + "/nowhere"
        #expect(throws: (any Error).self) { try device.update() }
        #expect(try device.current() == "1.0.0")
        #expect(try device.state.blocked.map(\.reason) == [Blocked.overdue])
        device.configuration.repository = server.address
        #expect(try device.update().map(\.outcome) == [.blocked])
        #expect(try device.state.phase(isStaging: false) == .rolledBack)
    }
}
