import Files
import FoundationEssentials
import Publishing
import Signatures
import Testing
import Trust

@Suite("Releases are promoted, rolled out, withdrawn and pruned")
struct ReleaseTests {
    @Test("A bundle that is there goes to another channel with that channel's key, not with targets'")
    func promote() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("0.9.0"), channel: "stable")
        let bundle = try world.bundle("1.0.0")
        try await world.publish(bundle, channel: "beta")
        for role in ["root", "targets", "beta"] { try FileSystem.remove("\(world.keys.folder)/\(role).key") }
        try await world.publish(bundle, channel: "stable")
        #expect(try world.releases("stable").map(\.version) == ["1.0.0"])
    }

    @Test("A rollout grows and halts; its salt stays")
    func rollout() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        try await world.publish(world.bundle("1.1.0"), percent: 5)
        for role in ["root", "targets"] { try FileSystem.remove("\(world.keys.folder)/\(role).key") }
        let rollout = Rollout(folder: world.folder, keys: world.keys, channel: "stable")
        for percent in [25.5, 0] {
            #expect(try rollout.run("home", percent: percent, now: TestWorld.now).version == "1.1.0")
            #expect(try world.releases().map(\.percent) == [percent, 100])
            #expect(try world.releases().first?.salt == "010203")
        }
        _ = try rollout.run("home", percent: 100, now: TestWorld.now)
        #expect(try world.releases().map(\.version) == ["1.1.0"])
        #expect(throws: PublishingError.notOffered(name: "car", channel: "stable", known: ["home"])) {
            try rollout.run("car", percent: 1, now: TestWorld.now)
        }
        #expect(throws: PublishingError.unknownChannel("beta", known: ["stable"])) {
            try Rollout(folder: world.folder, keys: world.keys, channel: "beta")
                .run("home", percent: 1, now: TestWorld.now)
        }
    }

    @Test("A withdrawn version is gone from channels and targets, and never comes back with another content")
    func withdraw() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"))
        try await world.publish(world.bundle("1.1.0"), percent: 50)
        let withdrawal = Withdrawal(folder: world.folder, keys: world.keys)
        #expect(try withdrawal.run("home", "1.1.0", now: TestWorld.now).channels == ["stable"])
        #expect(try world.releases().map(\.version) == ["1.0.0"])
        #expect(try world.find("home/1.1.0/index.json") == nil)
        #expect(throws: PublishingError.unknownRelease(name: "home", version: "1.1.0", known: ["home/1.0.0"])) {
            try withdrawal.run("home", "1.1.0", now: TestWorld.now)
        }
        let error = await #expect(throws: PublishingError.self) {
            try await world.publish(world.bundle("1.1.0", content: "other"))
        }
        guard case .differentContent("home", "1.1.0", _, _) = error else { throw error ?? .nothingPending }
        try await world.publish(world.bundle("1.1.0"))
    }

    @Test("Pruning keeps the newest, what is offered, and every root; the rest of the files goes")
    func prune() async throws {
        let world = try TestWorld()
        try await world.publish(world.bundle("1.0.0"), channel: "beta")
        for version in ["1.1.0", "1.2.0", "1.3.0"] { try await world.publish(world.bundle(version)) }
        _ = try Renewal(folder: world.folder, keys: world.keys).run(role: "root", now: TestWorld.now)
        try FileSystem.replace(world.folder.target("home/left-over"), with: [1])
        let result = try Pruning(folder: world.folder, keys: world.keys, keep: 2).run(now: TestWorld.now)
        #expect(result.versions == ["home 1.1.0"])
        #expect(try FileSystem.list(world.folder.target("home")) == ["1.0.0", "1.2.0", "1.3.0"])
        #expect(
            try FileSystem.list(world.folder.metadata(".")) == [
                "1.beta.json", "1.root.json", "2.root.json", "3.stable.json", "6.snapshot.json", "6.targets.json",
                "timestamp.json",
            ])
        _ = try world.target("home/1.0.0/home-1.0.0.modelpack")
        _ = try world.target("home/1.2.0/home-1.2.0.modelpack")
        #expect(try world.releases().map(\.version) == ["1.3.0"])
        let nothing = try Pruning(folder: world.folder, keys: world.keys, keep: 2).run(now: TestWorld.now)
        #expect(nothing.files == 0)
    }
}
