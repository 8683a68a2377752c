import Files
import FoundationEssentials
import Synchronization
import TestServer
import Testing
import Transport

@testable import Updating

@Suite("A device does what its owner lets it")
struct OwnerTests {
    @Test("Notify tells, fetch stages, and the owner's yes switches, each byte fetched once")
    func policies() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(100_000, seed: 1))
        _ = try device.update()
        try repository.release("1.1.0", weights: noise(1_500_000, seed: 2))

        let told = try device.update { $0.permission = Permission(fetching: .notify, switching: .fetchOnly) }
        #expect(told.map(\.outcome) == [.waiting])
        #expect(told.first?.reason == OwnersReason.notify.word)
        #expect(try device.state.offer?.version == "1.1.0")
        #expect(FileSystem.isDirectory(device.layout.model("home").staged("1.1.0")) == false)

        let fetched = try device.update { $0.permission = Permission(switching: .fetchOnly) }
        #expect(fetched.map(\.outcome) == [.staged])
        #expect(try device.state.phase(isStaging: false) == .staged)
        let again = try device.update { $0.permission = Permission(switching: .fetchOnly) }
        #expect(again.map(\.outcome) == [.staged])
        #expect(again.first?.fetched == 0)
        #expect(try device.current() == "1.0.0")

        var store = try Store.open(device.layout.root, clock: device.clock)
        let requests = server.requests.count
        #expect(try device.updater().activate(&store, "home", clock: device.clock).outcome == .installed)
        #expect(server.requests.count == requests)
        #expect(try device.current() == "1.1.0")
        #expect(try device.state.offer == nil)
        #expect(throws: StateError.nothingStaged) {
            try device.updater().activate(&store, "home", clock: device.clock)
        }
    }

    @Test("What has rotted in staging is not switched to")
    func rottenStaging() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(100_000, seed: 1))
        _ = try device.update { $0.activates = false }
        try flip(device.layout.model("home").staged("1.0.0") + "/model/model.gguf", at: 5)
        var store = try Store.open(device.layout.root, clock: device.clock)
        #expect(throws: UpdateError.rotten(model: "home", version: "1.0.0")) {
            try device.updater().activate(&store, "home", clock: device.clock)
        }
        _ = consume store
        #expect(try device.current() == nil)
        #expect(try device.update().map(\.outcome) == [.installed])
    }

    @Test("A pinned model waits for its pin")
    func pins() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(10_000, seed: 1))
        _ = try device.update()
        let bundle = try repository.release("1.1.0", weights: noise(10_000, seed: 2))
        try repository.release("1.2.0", weights: noise(10_000, seed: 3))
        try change(device, .pinned(version: "1.0.0"))
        #expect(try device.update().map(\.outcome) == [.waiting])
        #expect(try device.state.offer == ModelStatus.Offer(version: "1.2.0", waits: "pinned to 1.0.0"))
        var store = try Store.open(device.layout.root, clock: device.clock)
        #expect(throws: StateError.pinned(version: "1.0.0")) {
            try device.updater().install(&store, from: bundle, clock: device.clock)
        }
        _ = consume store
        try change(device, .pinned(version: "1.1.0"))
        #expect(try device.update().map(\.version) == ["1.1.0"])
        try change(device, .unpinned)
        #expect(try device.update().map(\.version) == ["1.2.0"])
    }

    @Test("Nothing but plain GETs leaves a device: no identity in paths or headers")
    func privacy() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        for version in ["1.0.0", "1.1.0"] {
            try repository.release(version, weights: noise(1_500_000, seed: 1), percent: 99.99)
            _ = try device.update()
            var store = try Store.open(device.layout.root, clock: device.clock)
            try device.note("rebuilt", &store)
        }
        let known: Set = ["host", "user-agent", "accept", "range"]
        #expect(server.requests.count > 10)
        for request in server.requests {
            #expect(request.method == "GET")
            #expect(Set(request.headers.keys).subtracting(known).isEmpty)
            #expect(request.headers["user-agent"] == "modelpack")
            let path = request.path.lowercased()
            #expect(path.hasPrefix("/metadata/") || path.hasPrefix("/targets/"))
            let all = path + request.headers.values.joined(separator: " ").lowercased()
            #expect(!all.contains("01010101"), "the device's id")
            #expect(!path.contains("?"))
        }
        #expect(!FileSystem.exists(device.layout.reports))
    }

    @Test("Reports wait while the endpoint is away, and are sent in order once it is back")
    func reports() throws {
        let repository = try RepositorySimulator()
        let device = try TestDevice(repository, at: "/nowhere")
        let isBack = Mutex(false)
        let server = MisbehavingServer { request in
            #expect(request.method == "POST")
            return .status(isBack.withLock { $0 } ? 204 : 503)
        }
        var store = try Store.open(device.layout.root, clock: device.clock)
        try device.note("unreported", &store)
        store.reporting = Reporting(address: server.address + "reports", label: "kiosk 7")
        for event in ["first", "second"] { try device.note(event, &store) }
        let queue = ReportQueue(device.layout.reports)
        #expect(queue.waiting.map(\.event) == ["first", "second"])
        #expect(queue.waiting.allSatisfy { $0.label == "kiosk 7" })
        let send = { try queue.send { try post($0, to: server.address + "reports") } }
        #expect(try send() as? TransportError == .refused(address: server.address + "reports", status: 503))
        #expect(queue.waiting.count == 2)
        isBack.withLock { $0 = true }
        #expect(try send() == nil)
        #expect(queue.waiting.isEmpty)
        #expect(server.requests.map(\.path) == ["/reports", "/reports", "/reports"])
        let body = try #require(server.requests.last?.body)
        #expect(try JSONDecoder().decode(Report.self, from: Data(body)).event == "second")
        #expect(!String(decoding: body, as: UTF8.self).contains("0101"))
    }

    @Test("The status file says what `status` says, and is replaced only when that changes")
    func statusFile() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(10_000, seed: 1))
        _ = try device.update()
        let store = try Store.open(device.layout.root, clock: device.clock)
        try store.publishStatus(device.configuration)
        struct Shown: Decodable {
            struct Model: Decodable { let phase, confirmed: String }
            let channel: String
            let models: [String: Model]
        }
        let bytes = try FileSystem.read(device.layout.status)
        let shown = try JSONDecoder().decode(Shown.self, from: Data(bytes))
        #expect(shown.models["home"]?.phase == "confirmed")
        #expect(shown.models["home"]?.confirmed == "1.0.0")
        let watched = try OpenFile(reading: device.layout.status)
        try store.publishStatus(device.configuration)
        #expect(try Self.isStillThere(watched, device.layout.status))
    }

    private static func isStillThere(_ file: borrowing OpenFile, _ path: String) throws -> Bool {
        FileSystem.isSame("/proc/self/fd/\(file.descriptor)", path)
    }

    private func change(_ device: borrowing TestDevice, _ event: ModelEvent) throws {
        var store = try Store.open(device.layout.root, clock: device.clock)
        try store.change("home", by: event, clock: device.clock)
    }
}

/// Changes one bit of a file, as a bad disk would.
func flip(_ path: String, at offset: Int) throws {
    try FileSystem.setMode(path, 0o644)
    let file = try OpenFile(updating: path)
    try file.write([try file.read(1, at: offset)[0] ^ 1], at: offset)
    try FileSystem.setMode(path, 0o444)
}

extension TestDevice {
    /// Something that happened, as any change notes it.
    func note(_ event: String, _ store: inout Store) throws {
        try store.note(event, of: "home", "1.0.0", nil, at: clock)
    }
}
