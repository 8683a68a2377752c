import Bundles
import Files
import FoundationEssentials
import Signatures
import Synchronization
import TestServer
import Testing
import Transport
import Trust

@testable import Updating

@Suite("An update leaves a device with a whole, verified model, whatever happens")
struct UpdaterTests {
    static let first = noise(3_300_000, seed: 1)
    static let second = noise(3_300_000, seed: 2)

    @Test("The whole road: install, update, refuse, roll back")
    func road() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        #expect(try device.update().map(\.outcome) == [])
        #expect(try device.current() == nil)

        try repository.release("1.0.0", weights: Self.first)
        #expect(try device.update().map(\.outcome) == [.installed])
        #expect(try device.current() == "1.0.0")
        #expect(try device.update().map(\.outcome) == [.upToDate])

        try repository.release("1.1.0", weights: Self.second)
        let result = try device.update()
        #expect(result.map(\.outcome) == [.installed])
        // The licence and the suite are here already.
        #expect((result.first?.fetched ?? 0) < Self.second.count + 2000)
        #expect(try device.current() == "1.1.0")

        try repository.release("1.2.0", weights: Self.first)
        device.health = .bad(reason: "answers nonsense")
        #expect(try device.update().map(\.outcome) == [.refused])
        #expect(try device.current() == "1.1.0")
        #expect(try device.state.blocked.map(\.version) == ["1.2.0"])
        #expect(Store.disk(of: device.layout.model("home")).staged == [])
        #expect(try device.update().map(\.outcome) == [.blocked])

        var store = try Store.open(device.layout.root, clock: device.clock)
        try store.change("home", by: .rolledBack, clock: device.clock)
        _ = consume store
        #expect(try device.current() == "1.0.0")
        #expect(try device.update().map(\.outcome) == [.blocked])
        #expect(
            try History(device.layout.history).entries().map(\.event) == [
                "staged", "installed", "staged", "installed", "staged", "refused", "waits", "rolled back",
            ])
    }

    @Test("From a folder it goes the same way")
    func folder() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.first)
        let folder = repository.folder + "/repository"
        for (path, bytes) in repository.files.withLock({ $0 }) {
            try FileSystem.createDirectory(FileSystem.parent(of: folder + "/" + path))
            try FileSystem.replace(folder + "/" + path, with: bytes)
        }
        let device = try TestDevice(repository, at: folder)
        #expect(try device.update().map(\.outcome) == [.installed])
        #expect(try device.current() == "1.0.0")
    }

    @Test("A bundle file is installed with the same trust, and never below the floor")
    func offline() throws {
        let repository = try RepositorySimulator()
        let one = try repository.release("1.0.0", weights: Self.first)
        let two = try repository.release("1.1.0", weights: Self.second, floor: "1.1.0")
        let forged = try repository.release("2.0.0", weights: Self.first, signer: RepositorySimulator.strangersKey)
        let device = try TestDevice(repository, at: "/nowhere")
        var store = try Store.open(device.layout.root, clock: device.clock)
        #expect(try device.updater().install(&store, from: one, clock: device.clock).outcome == .installed)
        #expect(try device.updater().install(&store, from: one, clock: device.clock).outcome == .upToDate)
        #expect(try device.updater().install(&store, from: two, clock: device.clock).outcome == .installed)
        #expect(throws: StateError.belowFloor(version: "1.0.0", floor: "1.1.0")) {
            try device.updater().install(&store, from: one, clock: device.clock)
        }
        #expect(throws: BundleError.self) { try device.updater().install(&store, from: forged, clock: device.clock) }
        #expect(try device.current() == "1.1.0")
    }

    @Test("A dry run changes nothing; without activation the version waits in staging")
    func halfWays() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.first)
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        #expect(try device.update { $0.isDryRun = true }.map(\.outcome) == [.available])
        #expect(Store.disk(of: device.layout.model("home")) == ModelDisk())
        #expect(try device.update { $0.activates = false }.map(\.outcome) == [.staged])
        #expect(Store.disk(of: device.layout.model("home")) == ModelDisk(staged: ["1.0.0"]))
        let result = try device.update()
        #expect(result.map(\.outcome) == [.installed])
        #expect(result.map(\.fetched) == [0])
    }

    @Test("With confirm: app a version is on trial until it is confirmed or overdue")
    func trial() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.first)
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        device.configuration.confirm = .app
        #expect(try device.update().map(\.outcome) == [.trial])
        #expect(try device.current() == "1.0.0")
        #expect(try device.update().map(\.outcome) == [.trial])
        device.clock += 24 * 3600 + 1
        #expect(try device.update().map(\.outcome) == [.blocked])
        #expect(try device.current() == nil)

        try repository.release("1.1.0", weights: Self.second)
        #expect(try device.update().map(\.outcome) == [.trial])
        var store = try Store.open(device.layout.root, clock: device.clock)
        try store.change("home", by: .confirmed, clock: device.clock)
        #expect(throws: StateError.noTrial) { try store.change("home", by: .confirmed, clock: .now) }
        #expect(throws: StateError.unknownModel("other", known: ["home"])) {
            try store.change("other", by: .confirmed, clock: .now)
        }
        #expect(try device.current() == "1.1.0")
        #expect(try device.state.confirmed?.version == "1.1.0")
    }

    @Test("A test without a verdict costs an attempt, and the work is kept for the next")
    func undecided() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.first)
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        device.configuration.check.attempts = 2
        device.health = .undecided(reason: "slow")
        #expect(try device.update().map(\.outcome) == [.undecided])
        #expect(Store.disk(of: device.layout.model("home")).staged == ["1.0.0"])
        let again = try device.update()
        #expect(again.map(\.fetched) == [0])
        #expect(try device.update().map(\.outcome) == [.blocked])
    }

    @Test("A second run at the same time is told so")
    func locked() throws {
        let repository = try RepositorySimulator()
        let device = try TestDevice(repository, at: "/nowhere")
        let store = try Store.open(device.layout.root, clock: device.clock)
        #expect(throws: FileError.locked(path: device.layout.lock)) {
            _ = try Store.open(device.layout.root, clock: .now)
        }
        _ = consume store
    }

    @Test("What isn't for this device is not installed")
    func requirements() throws {
        let cases: [(Manifest.Requirements, UpdateError)] = [
            (.init(memory: 2 << 30), .unmet(requirement: "memory", needed: "\(2 << 30)", found: "\(1 << 30)")),
            (.init(cpu: ["amx"]), .unmet(requirement: "cpu", needed: "amx", found: "none")),
            (
                .init(modelpack: SemanticVersion("9.0.0")),
                .unmet(requirement: "modelpack", needed: "9.0.0", found: "0.1.0")
            ),
        ]
        for (requires, error) in cases {
            let repository = try RepositorySimulator()
            try repository.release("1.0.0", weights: [1], requires: requires)
            let server = MisbehavingServer { repository.serve($0) }
            let device = try TestDevice(repository, at: server.address)
            #expect(throws: error) { try device.update() }
            #expect(try device.current() == nil)
        }
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: [1], requires: .init(disk: 1 << 60))
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        #expect(throws: UpdateError.self) { try device.update() }
        #expect(!server.requests.contains { $0.path.hasSuffix(".modelpack") })
    }

    @Test("Forged and contradictory releases are refused, and leave nothing in use")
    func forged() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.first)
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        _ = try device.update()
        try repository.release("1.1.0", weights: Self.second, signer: RepositorySimulator.strangersKey)
        #expect(throws: BundleError.self) { try device.update() }
        try repository.release("1.2.0", weights: Self.second, lyingVersion: "3.0.0")
        #expect(throws: UpdateError.contradiction(what: "version", expected: "1.2.0", found: "3.0.0")) {
            try device.update()
        }
        #expect(try device.current() == "1.0.0")
    }

    @Test("One model's trouble doesn't keep the others")
    func several() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", of: "away", weights: [1], requires: .init(cpu: ["amx"]))
        try repository.release("1.0.0", of: "home", weights: [2])
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        #expect(throws: UpdateError.self) { try device.update() }
        #expect(try device.current("home") == "1.0.0")
        #expect(try device.current("away") == nil)
    }
}

@Suite("Bytes that come wrong are fetched again, and only those")
struct DamageTests {
    private static let weights = noise(5_000_000, seed: 3)

    /// An update through a server that treats the requests for the bundle as `behaviour` says; by number, from 0.
    private func update(
        resuming: Bool = false, _ behaviour: @escaping @Sendable (Int, [UInt8], Request) -> Response
    ) throws -> [Range<Int>?] {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.weights)
        let count = Mutex(0)
        let server = MisbehavingServer { request in
            guard request.path.hasSuffix(".modelpack"),
                let file = repository.files.withLock({ $0[String(request.path.dropFirst())] })
            else { return repository.serve(request) }
            let number = count.withLock {
                $0 += 1
                return $0 - 1
            }
            return behaviour(number, file, request)
        }
        let device = try TestDevice(repository, at: server.address)
        if resuming { #expect(throws: (any Error).self) { try device.update() } }
        #expect(try device.update().map(\.outcome) == [.installed])
        #expect(try device.current() == "1.0.0")
        return server.requests.filter { $0.path.hasSuffix(".modelpack") }.map(\.range)
    }

    @Test("A flipped bit costs one chunk")
    func flipped() throws {
        let ranges = try update { number, file, request in
            var file = file
            if number == 0 { file[2_500_000] ^= 1 }
            return .file(file, request)
        }
        #expect(ranges.count == 2)
        #expect(ranges.last??.count == 1 << 20)
    }

    @Test("A connection that breaks is taken up where it broke")
    func broken() throws {
        let ranges = try update { number, file, request in
            guard number < 3, case .status(let status, var headers, let body) = Response.file(file, request) else {
                return .file(file, request)
            }
            headers["Content-Length"] = "\(body.count)"
            return .status(status, headers: headers, body: Array(body.prefix(1_200_000)))
        }
        #expect(ranges.count == 4)
        #expect((ranges.last??.count ?? .max) < 2_500_000)
    }

    @Test("A server without ranges is read in one pass")
    func noRanges() throws {
        let ranges = try update { _, file, _ in .status(200, body: file) }
        #expect(ranges.count == 2)
        #expect(ranges.last == .some(nil))
    }

    @Test("A run that failed is gone on with: what came is kept")
    func resumed() throws {
        let ranges = try update(resuming: true) { number, file, request in
            if number == 0, case .status(let status, var headers, let body) = Response.file(file, request) {
                headers["Content-Length"] = "\(body.count)"
                return .status(status, headers: headers, body: Array(body.prefix(3_500_000)))
            }
            return number < 4 ? .raw([]) : .file(file, request)
        }
        #expect((ranges.last??.count ?? .max) < 2_100_000)
    }

    @Test("Bytes that stay wrong end the run; nothing is switched")
    func hopeless() throws {
        let repository = try RepositorySimulator()
        try repository.release("1.0.0", weights: Self.weights)
        let server = MisbehavingServer { request in
            guard request.path.hasSuffix(".modelpack"),
                var file = repository.files.withLock({ $0[String(request.path.dropFirst())] })
            else { return repository.serve(request) }
            file[1_100_000] ^= 0x80
            return .file(file, request)
        }
        let device = try TestDevice(repository, at: server.address)
        #expect(throws: UpdateError.damaged(member: BundlePath.weights, chunk: 1)) { try device.update() }
        #expect(try device.current() == nil)
        #expect(server.requests.count { $0.path.hasSuffix(".modelpack") } == 4)
    }
}
