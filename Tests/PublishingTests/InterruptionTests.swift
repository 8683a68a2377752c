import Files
import FoundationEssentials
import Publishing
import Signatures
import Synchronization
import Testing
import Trust

@Suite("A publisher that is stopped at any moment leaves a whole repository, and the next run finishes")
struct InterruptionTests {
    private struct Stop: Error {}

    enum Change: CaseIterable {
        case publish, newChannel, withdraw, prune, rotateRoot, rotateTimestamp
    }

    @Test("Stopped before each file", arguments: Change.allCases)
    func stopped(change: Change) async throws {
        let start = try TestWorld()
        try await start.publish(start.bundle("0.9.0"))
        try await start.publish(start.bundle("1.0.0"), percent: 50)
        _ = try start.bundle("1.1.0")
        for step in 0..<100 {
            let world = try TestWorld(copying: start)
            let before = try world.releases().map(\.version)
            let left = Mutex(step)
            world.beforeStep = { _ in
                try left.withLock {
                    if $0 == 0 { throw Stop() }
                    $0 -= 1
                }
            }
            var isStopped = false
            do { try await apply(change, to: world) } catch is Stop { isStopped = true }
            world.beforeStep = { _ in }

            // A client finds the old or the new, never an error.
            let offered = try world.releases().map(\.version)
            for version in offered { _ = try world.target("home/\(version)/home-\(version).modelpack") }
            if isStopped, change != .prune { #expect([before, ["1.1.0"], ["1.0.0"], ["0.9.0"]].contains(offered)) }
            try await finish(change, in: world)
            let whole = try world.releases().map(\.version)
            for version in whole { _ = try world.target("home/\(version)/home-\(version).modelpack") }
            if !isStopped { return }
        }
        Issue.record("more steps than were expected")
    }

    private func apply(_ change: Change, to world: TestWorld) async throws {
        let now = TestWorld.now
        switch change {
        case .publish: try await world.publish("\(world.path)/home-1.1.0.modelpack")
        case .newChannel: try await world.publish("\(world.path)/home-1.1.0.modelpack", channel: "beta")
        case .withdraw: _ = try Withdrawal(folder: world.folder, keys: world.keys).run("home", "1.0.0", now: now)
        case .prune: _ = try Pruning(folder: world.folder, keys: world.keys, keep: 1).run(now: now)
        case .rotateRoot: try rotate("root", world)
        case .rotateTimestamp: try rotate("timestamp", world)
        }
    }

    /// Another key instead of the one there is; the old one is still at hand.
    private func rotate(_ role: String, _ world: TestWorld) throws {
        let next = try PrivateKey.generate(.p256)
        let file = "\(world.keys.folder)/\(RoleKey(next.publicKey).keyID).key"
        try FileSystem.replace(file, with: Array(next.pem().utf8), mode: 0o600)
        let status = try RepositoryStatus(world.folder, now: TestWorld.now)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: role)
        rotation.add = [next.publicKey]
        rotation.remove = status.roles.first { $0.role == role }?.keys ?? []
        _ = try rotation.run(now: TestWorld.now)
    }

    /// Runs the change again; one that was done already may say so.
    private func finish(_ change: Change, in world: TestWorld) async throws {
        do {
            try await apply(change, to: world)
        } catch PublishingError.unknownRelease {
            #expect(change == .withdraw)
        }
    }

    @Test("A rotation without the old key, stopped after the root, is finished by the next run")
    func lostKey() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        let next = try PrivateKey.generate(.p256), file = "\(world.keys.folder)/timestamp.key"
        let old = try PrivateKey(pem: String(decoding: FileSystem.read(file), as: UTF8.self)).publicKey
        try FileSystem.replace(file, with: Array(next.pem().utf8), mode: 0o600)
        world.beforeStep = { if $0 == "timestamp.json" { throw Stop() } }
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: "timestamp")
        rotation.add = [next.publicKey]
        rotation.remove = [RoleKey(old).keyID]
        #expect(throws: Stop.self) { try rotation.run(now: TestWorld.now) }
        world.beforeStep = { _ in }
        #expect(throws: TrustError.self) { try world.client() }
        #expect(try Renewal(folder: world.folder, keys: world.keys).run(now: TestWorld.now).waiting.isEmpty)
        #expect(try world.releases().map(\.version) == ["1.0.0"])
    }
}
