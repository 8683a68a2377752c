import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

@Suite("A repository is founded once, and renewed")
struct FoundingTests {
    @Test("Missing keys are made for their owner only, and said so; those that are there are used")
    func keys() throws {
        let world = try TestWorld(founded: false)
        let made = try world.found(thresholds: ["root": 2])
        #expect(
            made.map(FileSystem.name(of:)).sorted() == [
                "root.2.key", "root.key", "snapshot.key", "targets.key", "timestamp.key",
            ])
        for path in made {
            let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
            #expect(mode == 0o600)
        }
        #expect(try world.client().root.roles["root"]?.threshold == 2)
        #expect(try world.client().root.roles["root"]?.keys.count == 2)
        #expect(
            try Policy(parsing: String(decoding: world.target("policy.json"), as: UTF8.self), file: "") == world.policy)
        #expect(throws: PublishingError.repositoryExists(path: world.folder.path)) { try world.found() }
    }

    @Test("An interrupted start is finished by the next one, with the same keys")
    func interrupted() throws {
        let world = try TestWorld()
        try FileSystem.remove(world.folder.metadata("timestamp.json"))
        #expect(throws: PublishingError.noRepository(path: world.folder.path)) {
            try RepositoryStatus(world.folder, now: TestWorld.now)
        }
        #expect(try world.found() == [])
        _ = try world.client()
    }

    @Test("Thresholds that cannot be are refused", arguments: [("root", 0), ("root", 17), ("owner", 1)])
    func thresholds(role: String, threshold: Int) throws {
        let world = try TestWorld(founded: false)
        #expect(throws: PublishingError.badThreshold(role: role, threshold: threshold)) {
            try world.found(thresholds: [role: threshold])
        }
    }

    @Test("Each role expires in its time, and renewal puts it off")
    func renewal() throws {
        let world = try TestWorld()
        func expiries() throws -> [String: String] {
            let status = try RepositoryStatus(world.folder, now: TestWorld.now)
            return [String: String](uniqueKeysWithValues: status.roles.map { ($0.role, "\($0.version) \($0.expires)") })
        }
        #expect(
            try expiries() == [
                "root": "1 2028-01-15T08:00:00Z", "targets": "1 2027-04-15T08:00:00Z",
                "snapshot": "1 2027-01-22T08:00:00Z", "timestamp": "1 2027-01-16T08:00:00Z",
            ])
        let day = TestWorld.now + 2 * 86400
        #expect(throws: TrustError.expired(role: "timestamp", at: "2027-01-16T08:00:00Z")) {
            try world.client(now: day)
        }
        let renewal = Renewal(folder: world.folder, keys: world.keys)
        #expect(try renewal.run(role: "timestamp", now: day).written == ["timestamp"])
        #expect(try renewal.run(role: "snapshot", now: day).written == ["snapshot", "timestamp"])
        #expect(try renewal.run(now: day).written == ["targets", "snapshot", "timestamp"])
        #expect(try renewal.run(role: "root", now: day).written == ["root"])
        #expect(throws: PublishingError.unknownRole("mirrors")) { try renewal.run(role: "mirrors", now: day) }
        #expect(
            try expiries() == [
                "root": "2 2028-01-17T08:00:00Z", "targets": "2 2027-04-17T08:00:00Z",
                "snapshot": "3 2027-01-24T08:00:00Z", "timestamp": "4 2027-01-18T08:00:00Z",
            ])
        #expect(try world.client(now: day).rootVersion == 2)
    }

    @Test("With the timestamp's key alone, the timestamp is renewed")
    func daily() throws {
        let world = try TestWorld()
        for role in ["root", "targets", "snapshot"] { try FileSystem.remove("\(world.keys.folder)/\(role).key") }
        let renewal = Renewal(folder: world.folder, keys: world.keys)
        #expect(try renewal.run(now: TestWorld.now).written == ["timestamp"])
        #expect(
            throws: PublishingError.keysMissing(role: "snapshot", folder: world.keys.folder, found: 0, threshold: 1)
        ) { try renewal.run(role: "snapshot", now: TestWorld.now) }
        _ = try world.client()
    }
}
