import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

@Suite("Keys change hands, and several people sign")
struct RotationTests {
    /// A folder with one new key, as another person has it.
    private func person(_ name: String, in world: TestWorld) throws -> (keys: RepositoryKeys, key: PublicKey) {
        let folder = "\(world.path)/\(name)", key = try PrivateKey.generate(.ed25519)
        try FileSystem.createDirectory(folder)
        try FileSystem.replace("\(folder)/\(name).key", with: Array(key.pem().utf8), mode: 0o600)
        return (RepositoryKeys(folder: folder), key.publicKey)
    }

    private func keyIDs(_ role: String, _ world: TestWorld) throws -> [String] {
        try RepositoryStatus(world.folder, now: TestWorld.now).roles.first { $0.role == role }?.keys ?? []
    }

    @Test(
        "A role's key is replaced; the role, and what follows, holds by the new one",
        arguments: ["root", "targets", "snapshot", "timestamp", "stable"])
    func replace(role: String) async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        let old = String(try #require(keyIDs(role, world).first).prefix(12)), next = try PrivateKey.generate(.p256)
        try FileSystem.replace("\(world.keys.folder)/new.key", with: Array(next.pem().utf8), mode: 0o600)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: role)
        rotation.add = [next.publicKey]
        rotation.remove = [old]
        #expect(try rotation.run(now: TestWorld.now).waiting.isEmpty)
        #expect(try keyIDs(role, world) == [RoleKey(next.publicKey).keyID])
        try FileSystem.remove("\(world.keys.folder)/\(role).key")
        try await world.publish(world.bundle("1.1.0"))
        #expect(try world.releases().map(\.version) == ["1.1.0"])
        #expect(throws: PublishingError.unknownKey(role: role, keyID: old)) { try rotation.run(now: TestWorld.now) }
    }

    @Test("Nobody's signature is enough alone: half-signed metadata waits and is not served")
    func ceremony() async throws {
        let world = try TestWorld()
        let (bob, bobKey) = try person("bob", in: world), (carol, carolKey) = try person("carol", in: world)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: "root")
        rotation.add = [bobKey, carolKey]
        rotation.threshold = 3
        let metadata = try FileSystem.list(world.folder.metadata("."))
        let first = try rotation.run(now: TestWorld.now)
        #expect(first.written.isEmpty)
        #expect(first.waiting.map(\.signatures) == [1])
        #expect(first.waiting.map(\.threshold) == [3])
        #expect(try FileSystem.list(world.folder.metadata(".")) == metadata)

        await #expect(throws: PublishingError.changePending(roles: ["root"])) {
            try await world.publish(world.bundle("1.0.0"))
        }
        // The daily run goes on, and leaves what waits alone.
        let daily = Renewal(folder: world.folder, keys: world.keys)
        #expect(try daily.run(now: TestWorld.now).written == ["snapshot", "timestamp"])

        let again = Countersigning(folder: world.folder, keys: world.keys)
        #expect(throws: PublishingError.nothingToSign(folder: world.keys.folder)) { try again.run(now: TestWorld.now) }
        let second = try Countersigning(folder: world.folder, keys: bob).run(now: TestWorld.now)
        #expect(second.waiting.map(\.signatures) == [2])
        #expect(second.waiting.map(\.content) == first.waiting.map(\.content))
        #expect(try world.client().rootVersion == 1)
        #expect(try Countersigning(folder: world.folder, keys: carol).run(now: TestWorld.now).written == ["root"])
        #expect(try world.client().rootVersion == 2)
        #expect(!FileSystem.exists(world.folder.pending))
        #expect(throws: PublishingError.nothingPending) {
            try Countersigning(folder: world.folder, keys: bob).run(now: TestWorld.now)
        }
    }

    @Test("A release that two must sign waits for the second, whoever has snapshot and timestamp")
    func release() async throws {
        let world = try TestWorld()
        let (bob, bobKey) = try person("bob", in: world)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: "targets")
        rotation.add = [bobKey]
        rotation.threshold = 2
        // Targets must be signed anew for the new threshold, by both.
        #expect(try rotation.run(now: TestWorld.now).waiting.map(\.role) == ["targets"])
        let half = try Countersigning(folder: world.folder, keys: bob).run(now: TestWorld.now)
        #expect(half.waiting.map(\.role) == ["snapshot"])
        let whole = try Countersigning(folder: world.folder, keys: world.keys).run(now: TestWorld.now)
        #expect(whole.written == ["root", "targets", "snapshot", "timestamp"])

        let published = try await world.publish(world.bundle("1.0.0"))
        #expect(published.waiting.map(\.role) == ["targets"])
        #expect(try world.find(Channel.path("stable")) == nil)
        _ = try Countersigning(folder: world.folder, keys: bob).run(now: TestWorld.now)
        _ = try Countersigning(folder: world.folder, keys: world.keys).run(now: TestWorld.now)
        #expect(try world.releases().map(\.version) == ["1.0.0"])
    }

    @Test("What waits can be dropped")
    func discard() throws {
        let world = try TestWorld()
        let (_, key) = try person("bob", in: world)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: "root")
        rotation.add = [key]
        rotation.threshold = 2
        _ = try rotation.run(now: TestWorld.now)
        let signing = Countersigning(folder: world.folder, keys: world.keys)
        #expect(try signing.discard() == ["root"])
        #expect(throws: PublishingError.nothingPending) { try signing.discard() }
        rotation.threshold = 3
        #expect(throws: PublishingError.badThreshold(role: "root", threshold: 3)) {
            try rotation.run(now: TestWorld.now)
        }
    }

    @Test("The timestamp's key signs nothing that somebody put into pending/")
    func planted() throws {
        let world = try TestWorld()
        let (bob, key) = try person("bob", in: world)
        var rotation = Rotation(folder: world.folder, keys: world.keys, role: "root")
        rotation.add = [key]
        rotation.threshold = 2
        _ = try rotation.run(now: TestWorld.now)
        var forged = try Envelope(
            parsing: FileSystem.read(world.folder.metadata("timestamp.json")), role: "timestamp"
        ).signed
        forged["version"] = 2
        forged["meta"] = ["snapshot.json": ["version": 99]]
        let file = try Envelope(signing: forged, with: []).encoded
        try FileSystem.replace(world.folder.pending + "/timestamp.json", with: file)
        forged["_type"] = "targets"
        forged["version"] = 1
        let stranger = try Envelope(signing: forged, with: []).encoded
        try FileSystem.replace(world.folder.pending + "/stranger.json", with: stranger)
        #expect(throws: PublishingError.nothingToSign(folder: world.keys.folder)) {
            try Countersigning(folder: world.folder, keys: world.keys).run(now: TestWorld.now)
        }
        #expect(try RepositoryStatus(world.folder, now: TestWorld.now).roles.last?.version == 1)
        _ = try Countersigning(folder: world.folder, keys: bob).run(now: TestWorld.now)
        #expect(try world.client().rootVersion == 2)
        #expect(try world.client().meta(of: "stranger") == nil)
    }

    @Test("Keys where a web server would show them are refused", arguments: ["", "/targets/keys", "/../repository/k"])
    func place(folder: String) async throws {
        let world = try TestWorld()
        let keys = RepositoryKeys(folder: world.folder.path + folder)
        #expect(throws: PublishingError.keysInRepository(folder: keys.folder)) {
            try Renewal(folder: world.folder, keys: keys).run(now: TestWorld.now)
        }
        #expect(throws: PublishingError.keysInRepository(folder: keys.folder)) {
            try Founding(folder: world.folder, keys: keys, policy: world.policy).run(now: TestWorld.now)
        }
    }
}
