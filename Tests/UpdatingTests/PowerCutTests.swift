import Bundles
import Files
import FoundationEssentials
import TestServer
import Testing

@testable import Updating

@Suite("A stop after any step of the store is put right by the next run")
struct PowerCutTests {
    private struct PowerCut: Error {}

    @Test("An update", arguments: Store.Step.allCases, [DeviceConfiguration.Confirm.smoke, .app])
    func update(step: Store.Step, confirm: DeviceConfiguration.Confirm) throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        var device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(1_500_000, seed: 4))
        _ = try device.update()
        try repository.release("1.1.0", weights: noise(1_500_000, seed: 5))
        device.configuration.confirm = confirm

        #expect(throws: PowerCut.self) {
            var store = try Store.open(device.layout.root, clock: device.clock) { if $0 == step { throw PowerCut() } }
            _ = try device.updater().update(&store, clock: device.clock)
        }
        // Before any repair: whole, and one of the two.
        #expect(["1.0.0", "1.1.0"].contains(try device.current()))
        try checkRepaired(device)
        let outcome = try device.update().map(\.outcome)
        #expect([[.installed], [.upToDate], [.trial]].contains(outcome))
        #expect(try device.current() == "1.1.0")
        #expect(try device.state.active?.version == "1.1.0")
    }

    @Test("A first install", arguments: Store.Step.allCases)
    func first(step: Store.Step) throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(1_500_000, seed: 4))
        #expect(throws: PowerCut.self) {
            var store = try Store.open(device.layout.root, clock: device.clock) { if $0 == step { throw PowerCut() } }
            _ = try device.updater().update(&store, clock: device.clock)
        }
        #expect([nil, "1.0.0"].contains(try device.current()))
        try checkRepaired(device)
        let result = try device.update()
        // Nothing is fetched twice.
        #expect(result.allSatisfy { $0.fetched == 0 })
        #expect(try device.current() == "1.0.0")
    }

    @Test(
        "A rollback, a refusal and the end of a trial",
        arguments: [Store.Step.stateWritten, .currentPointed, .historyWritten])
    func changes(step: Store.Step) throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        for (version, seed) in [("1.0.0", UInt8(6)), ("1.1.0", 7)] {
            try repository.release(version, weights: noise(100_000, seed: seed))
            _ = try device.update()
        }
        #expect(throws: PowerCut.self) {
            var store = try Store.open(device.layout.root, clock: device.clock) { if $0 == step { throw PowerCut() } }
            try store.change("home", by: .rolledBack, clock: device.clock)
        }
        try checkRepaired(device)
        #expect(try device.current() == "1.0.0")
        #expect(try device.state.blocked.map(\.version) == ["1.1.0"])
    }

    @Test("A version that rots away is forgotten and fetched again")
    func lost() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(100_000, seed: 6))
        _ = try device.update()
        try FileSystem.remove(device.layout.model("home").version("1.0.0"))
        try checkRepaired(device)
        #expect(try device.current() == nil)
        #expect(try device.update().map(\.outcome) == [.installed])
        #expect(try device.current() == "1.0.0")
    }

    @Test("A current that leads elsewhere is put right")
    func ledAstray() throws {
        let repository = try RepositorySimulator()
        let server = MisbehavingServer { repository.serve($0) }
        let device = try TestDevice(repository, at: server.address)
        try repository.release("1.0.0", weights: noise(100_000, seed: 6))
        _ = try device.update()
        let model = device.layout.model("home")
        for target in ["elsewhere/1.0.0", "1.0.0", "staging/1.0.0", "/"] {
            try FileSystem.replaceLink(model.current, to: target)
            try checkRepaired(device)
            #expect(FileSystem.linkTarget(model.current) == "versions/1.0.0")
            let entry = try #require(try History(device.layout.history).entries().last)
            #expect(
                entry.event == "repaired" && entry.version == "1.0.0" && entry.reason == "`current` led to \(target)")
        }
    }

    @Test("A state that is gone is an error: the floor would be gone with it")
    func noState() throws {
        let repository = try RepositorySimulator()
        let device = try TestDevice(repository, at: "/nowhere")
        try FileSystem.remove(device.layout.state)
        #expect(throws: UpdateError.noState(path: device.layout.state)) {
            _ = try Store.open(device.layout.root, clock: device.clock)
        }
    }

    @Test("Remains of unfinished replacements go away, and a torn history line is closed")
    func remains() throws {
        let repository = try RepositorySimulator()
        let device = try TestDevice(repository, at: "/nowhere")
        try FileSystem.replace(device.layout.root + "/state.json.17.tmp", with: [1])
        try FileSystem.replace(device.layout.trust + "/root.json.17.tmp", with: [1])
        try FileSystem.replace(device.layout.history, with: Array(#"{"at":"2026-"#.utf8))
        let store = try Store.open(device.layout.root, clock: device.clock)
        _ = consume store
        #expect(!FileSystem.exists(device.layout.root + "/state.json.17.tmp"))
        #expect(!FileSystem.exists(device.layout.trust + "/root.json.17.tmp"))
        let entry = HistoryEntry(at: device.clock, model: "home", event: "installed", version: "1.0.0")
        try History(device.layout.history).append(entry)
        #expect(try History(device.layout.history).entries() == [entry])
    }

    /// After a run's beginning, `current` is what the state says, whole, and nothing stray lies in `versions`.
    private func checkRepaired(_ device: borrowing TestDevice) throws {
        let store = try Store.open(device.layout.root, clock: device.clock)
        _ = consume store
        let state = try device.state
        #expect(try device.current() == state.active?.version)
        let disk = Store.disk(of: device.layout.model("home"))
        #expect(repairs(of: state, given: disk) == [])
    }
}
