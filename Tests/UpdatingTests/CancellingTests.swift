import Files
import Synchronization
import TestServer
import Testing
// Not for testing: what an app has.
import Updating

@Suite("An app can stop an update, and the next one goes on")
final class CancellingTests {
    private let repository: RepositorySimulator
    private let server: MisbehavingServer
    private let device: ModelDevice
    /// What the server does to requests in place of answering them.
    private let fault: Fault

    private final class Fault: Sendable {
        let response = Mutex<Response?>(nil)
    }

    /// Follows 1.0.0, and is offered 1.1.0: 8 MB that are all new.
    init() throws {
        let repository = try RepositorySimulator()
        let fault = Fault()
        (self.repository, self.fault) = (repository, fault)
        server = MisbehavingServer { request in fault.response.withLock { $0 } ?? repository.serve(request) }
        device = try ModelDevice.setUp(
            repository.folder + "/device", repository: server.address, trusting: repository.root,
            policy: try RepositorySimulator.policy)
        try repository.release("1.0.0", weights: noise(1000, seed: 1))
        #expect(try device.update(check: { _ in .good }).map(\.outcome) == [.installed])
        try repository.release("1.1.0", weights: noise(8_000_000, seed: 2))
    }

    /// Updates while the server behaves as `response` says, and cancels a moment after it was asked; how long that took.
    private func interrupted(_ response: Response) -> Duration {
        fault.response.withLock { $0 = response }
        defer { fault.response.withLock { $0 = nil } }
        let start = ContinuousClock.now
        let (server, before) = (server, server.requests.count)
        let kind = kind {
            _ = try device.update(
                check: { _ in .good },
                isCancelled: {
                    server.requests.count > before && ContinuousClock.now - start > .milliseconds(300)
                })
        }
        #expect(kind == .cancelled)
        return ContinuousClock.now - start
    }

    @Test("While bytes come: what has come stays, and isn't fetched again")
    func fetching() throws {
        let isCancelled = Mutex(false)
        let report = { @Sendable (event: UpdateEvent) in
            if case .fetching(_, _, let done, _) = event, done >= 3_000_000 { isCancelled.withLock { $0 = true } }
        }
        let kind = kind {
            _ = try device.update(
                check: { _ in .bad(reason: "never asked") }, report: report,
                isCancelled: { isCancelled.withLock { $0 } })
        }
        #expect(kind == .cancelled)
        let status = try #require(try device.status().models["home"])
        #expect(status.phase == .staging && status.staged == ["1.1.0"] && status.confirmed == "1.0.0")
        #expect(try device.read("home")?.version == "1.0.0")

        let result = try #require(try device.update(check: { _ in .good }).first)
        #expect(result.outcome == .installed && result.version == "1.1.0")
        #expect((1...5_100_000).contains(result.fetched))
    }

    @Test("While the server is silent: within seconds, not when its time is up")
    func silence() throws {
        // Half a minute without bytes is allowed.
        #expect(interrupted(.stall(promised: 1000)) < .seconds(20))
        #expect(try device.update(check: { _ in .good }).map(\.version) == ["1.1.0"])
    }

    @Test("While it waits to ask a failing server again")
    func waiting() throws {
        let path = device.root + "/device.yaml"
        try FileSystem.replace(path, with: try FileSystem.read(path) + Array("limits: {retry_seconds: 60}\n".utf8))
        #expect(interrupted(.status(503)) < .seconds(20))
        #expect(try device.update(check: { _ in .good }).map(\.version) == ["1.1.0"])
    }

    @Test("While its check runs: that was no verdict, and costs no attempt", arguments: [true, false])
    func checking(throwing: Bool) throws {
        struct Stopped: Error {}
        let isCancelled = Mutex(false)
        let kind = kind {
            _ = try device.update(
                check: { _ in
                    isCancelled.withLock { $0 = true }
                    if throwing { throw Stopped() }
                    return .bad(reason: "stopped")
                }, isCancelled: { isCancelled.withLock { $0 } })
        }
        #expect(kind == .cancelled)
        let status = try #require(try device.status().models["home"])
        #expect(status.phase == .staged && status.blocked.isEmpty && status.confirmed == "1.0.0")
        let result = try #require(try device.update(check: { _ in .good }).first)
        #expect(result.outcome == .installed && result.fetched == 0)
    }

    @Test("The models that would be next are left alone, and so is a bundle that is to be installed")
    func others() throws {
        let path = try repository.release("1.0.0", of: "zoo", weights: noise(1000, seed: 3))
        let checked = Mutex<[String]>([])
        let check = { @Sendable (folder: String) -> ModelHealth in
            checked.withLock { $0.append(folder) }
            return .good
        }
        // Installing 1.1.0 of home is done with when it is asked again.
        let isSwitching = Mutex(false)
        let report = { @Sendable (event: UpdateEvent) in
            if case .switching = event { isSwitching.withLock { $0 = true } }
        }
        let isCancelled = { @Sendable in isSwitching.withLock { $0 } }
        #expect(kind { _ = try device.update(check: check, report: report, isCancelled: isCancelled) } == .cancelled)
        #expect(try device.read("home")?.version == "1.1.0" && device.read("zoo") == nil)
        #expect(kind { _ = try device.install(bundle: path, check: check, isCancelled: isCancelled) } == .cancelled)
        #expect(checked.withLock { $0.count } == 1)
        #expect(try device.install(bundle: path, check: check).outcome == .installed)
    }
}
