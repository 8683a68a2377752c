import Testing

@testable import Updating

private func release(_ version: String, floor: String? = nil) -> Installed {
    Installed(
        version: version,
        indexSHA256: String(repeating: "\(version.utf8.reduce(0) { $0 &* 31 &+ Int($1) } & 0xF)", count: 4) + version,
        floor: floor)
}

private let one = release("1.0.0")
private let two = release("1.1.0")
private let three = release("1.2.0", floor: "1.1.0")

/// A state after these events, which must all be allowed.
private func state(_ events: ModelEvent...) throws -> ModelState {
    try events.reduce(ModelState()) { try $0.after($1) }
}

@Suite("A model's state changes by its events alone")
struct ModelStateTests {
    @Test("A version that passes its test is confirmed, and the one before is kept")
    func installed() throws {
        let first = try state(.installed(one))
        #expect(first.confirmed == one)
        #expect(first.previous == nil)
        #expect(first.active == one)
        let second = try first.after(.installed(two))
        #expect(second.confirmed == two)
        #expect(second.previous == one)
        #expect(try second.after(.installed(two)) == second)
    }

    @Test("A trial is in use, and replaces nothing until it is confirmed")
    func trial() throws {
        let trial = try state(.installed(one), .tried(two, deadline: 100, attempts: 2))
        #expect(trial.active == two)
        #expect(trial.confirmed == one)
        let confirmed = try trial.after(.confirmed)
        #expect(confirmed.confirmed == two)
        #expect(confirmed.previous == one)
        #expect(confirmed.trial == nil)
    }

    @Test("A trial that nobody confirms costs its attempts, then ends where it began, blocked")
    func overdue() throws {
        let trial = try state(.installed(one), .tried(two, deadline: 100, attempts: 2), .overdue)
        #expect(trial.active == two)
        #expect(trial.trial?.attemptsLeft == 1)
        let ended = try trial.after(.overdue)
        #expect(ended.active == one)
        #expect(ended.isBlocked(two.indexSHA256))
        #expect(throws: StateError.blocked(version: "1.1.0")) { try ended.after(.installed(two)) }
    }

    @Test("A first trial that fails leaves nothing in use")
    func firstTrial() throws {
        let ended = try state(.tried(one, deadline: 0, attempts: 1), .overdue)
        #expect(ended.active == nil)
        #expect(ended.named.isEmpty)
    }

    @Test("A no blocks the version and changes nothing else")
    func refused() throws {
        let before = try state(.installed(one), .installed(two))
        let after = try before.after(.refused(three, reason: "no"))
        #expect(after.confirmed == two)
        #expect(after.previous == one)
        #expect(after.floor == nil)
        #expect(after.blocked == [Blocked(version: "1.2.0", indexSHA256: three.indexSHA256, reason: "no")])
        #expect(try after.after(.refused(three, reason: "again")) == after)
    }

    @Test("Tests without a verdict are counted by version")
    func undecided() throws {
        let once = try state(.installed(one), .undecided(two, attempts: 2, reason: "slow"))
        #expect(!once.isBlocked(two.indexSHA256))
        let other = try once.after(.undecided(three, attempts: 2, reason: "slow"))
        #expect(other.blocked.isEmpty)
        #expect(try once.after(.undecided(two, attempts: 2, reason: "slow")).isBlocked(two.indexSHA256))
        #expect(try once.after(.installed(two)).undecided == nil)
        #expect(try state(.undecided(two, attempts: 1, reason: "slow")).isBlocked(two.indexSHA256))
    }

    @Test("The floor rises on confirm, never falls, and nothing goes below it")
    func floor() throws {
        let trial = try state(.installed(two), .tried(three, deadline: 0, attempts: 1))
        #expect(trial.floor == nil)
        let confirmed = try trial.after(.confirmed)
        #expect(confirmed.floor == "1.1.0")
        #expect(throws: StateError.belowFloor(version: "1.0.0", floor: "1.1.0")) {
            try confirmed.after(.installed(one))
        }
        let later = try confirmed.after(.installed(release("1.3.0", floor: "1.0.5")))
        #expect(later.floor == "1.1.0")
        let low = try state(.installed(one), .installed(three))
        #expect(throws: StateError.belowFloor(version: "1.0.0", floor: "1.1.0")) { try low.after(.rolledBack) }
    }

    @Test("A rollback swaps confirmed and previous, blocks the one it leaves, and can't be undone by another")
    func rollback() throws {
        let back = try state(.installed(one), .installed(two), .rolledBack)
        #expect(back.confirmed == one)
        #expect(back.previous == two)
        #expect(back.isBlocked(two.indexSHA256))
        #expect(throws: StateError.blocked(version: "1.1.0")) { try back.after(.rolledBack) }
        #expect(try back.after(.unblocked(version: "1.1.0")).after(.rolledBack).confirmed == two)
    }

    @Test("A rollback during a trial leaves the trial")
    func rollbackOfTrial() throws {
        let back = try state(.installed(one), .installed(two), .tried(three, deadline: 0, attempts: 1), .rolledBack)
        #expect(back.active == two)
        #expect(back.previous == one)
        #expect(back.isBlocked(three.indexSHA256))
    }

    @Test("What is lost is forgotten; the version before takes its place")
    func lost() throws {
        let both = try state(.installed(one), .installed(two))
        #expect(try both.after(.lost(version: "1.1.0")).confirmed == one)
        #expect(try both.after(.lost(version: "1.1.0")).previous == nil)
        #expect(try both.after(.lost(version: "1.0.0")).previous == nil)
        #expect(try both.after(.lost(version: "1.0.0")).confirmed == two)
        let rolledBack = try both.after(.rolledBack)
        #expect(try rolledBack.after(.lost(version: "1.0.0")).active == nil)
        #expect(try both.after(.tried(three, deadline: 0, attempts: 1)).after(.lost(version: "1.2.0")).active == two)
    }

    @Test("Events that make no sense are refused")
    func refusals() throws {
        let empty = ModelState()
        #expect(throws: StateError.noTrial) { try empty.after(.confirmed) }
        #expect(throws: StateError.noTrial) { try empty.after(.overdue) }
        #expect(throws: StateError.noPrevious) { try empty.after(.rolledBack) }
        #expect(throws: StateError.noPrevious) { try state(.installed(one)).after(.rolledBack) }
        #expect(throws: StateError.notBlocked(version: "1.0.0")) { try empty.after(.unblocked(version: "1.0.0")) }
    }

    /// Every state that these events lead to, three deep, and in each every event: what must always hold, holds.
    @Test("In every state reached, every event keeps the rules")
    func everyStateAndEvent() throws {
        let events: [ModelEvent] = [
            .installed(one), .installed(two), .installed(three), .tried(one, deadline: 5, attempts: 1),
            .tried(two, deadline: 5, attempts: 2), .tried(three, deadline: 5, attempts: 1), .confirmed,
            .refused(one, reason: "r"), .refused(three, reason: "r"), .undecided(two, attempts: 2, reason: "u"),
            .overdue, .rolledBack, .lost(version: "1.0.0"), .lost(version: "1.1.0"), .lost(version: "1.2.0"),
            .unblocked(version: "1.1.0"),
        ]
        var states: [ModelState] = [ModelState()]
        var seen: [ModelState] = states
        for _ in 0..<4 {
            var next: [ModelState] = []
            for state in states {
                for event in events {
                    guard let after = try? state.after(event) else { continue }
                    if let before = state.floor {
                        let raised = try #require(after.floor)
                        #expect(!isBelow(raised, before), "\(state) \(event)")
                    }
                    if let active = after.active, active != state.active {
                        #expect(!after.isBlocked(active.indexSHA256), "\(state) \(event)")
                        #expect(after.floor.map { !isBelow(active.version, $0) } ?? true, "\(state) \(event)")
                    }
                    // Whatever is in use was in use, or on disk, or is what the event brings.
                    if case .lost(let version) = event { #expect(!after.named.contains { $0.version == version }) }
                    if !seen.contains(after) {
                        seen.append(after)
                        next.append(after)
                    }
                }
            }
            states = next
        }
        #expect(seen.count > 50)
    }
}

@Suite("state.json is read strictly")
struct DeviceStateTests {
    @Test("What is written is read again")
    func roundTrip() throws {
        var device = DeviceState()
        device.models["home"] = try state(.installed(one), .installed(two), .tried(three, deadline: 7, attempts: 3))
        device.models["other"] = try state(.undecided(one, attempts: 3, reason: "x"), .refused(two, reason: "y"))
        device.lastCheck = 1234
        #expect(try DeviceState(parsing: try device.encoded) == device)
    }

    @Test("Other formats and broken files are errors")
    func bad() throws {
        #expect(throws: StateError.unknownFormat(2)) {
            try DeviceState(parsing: Array(#"{"format":2,"models":[]}"#.utf8))
        }
        #expect(throws: StateError.malformed) { try DeviceState(parsing: Array(#"{"format":1}"#.utf8)) }
        var device = DeviceState()
        device.models["home"] = try state(.installed(one))
        let bytes = try device.encoded
        for end in 0..<bytes.count - 2 {
            #expect(throws: StateError.malformed) { try DeviceState(parsing: Array(bytes[..<end])) }
        }
    }

    @Test("A clock that runs back is not believed")
    func clock() {
        var device = DeviceState()
        device.lastCheck = 1000
        #expect(device.now(clock: .init(timeIntervalSince1970: 10)).timeIntervalSince1970 == 1000)
        #expect(device.now(clock: .init(timeIntervalSince1970: 2000)).timeIntervalSince1970 == 2000)
    }
}

@Suite("Repairs follow from the state and the disk")
struct RecoveryTests {
    @Test("Nothing to do where all is well")
    func well() throws {
        let state = try state(.installed(one), .installed(two))
        #expect(
            repairs(of: state, given: ModelDisk(versions: ["1.0.0", "1.1.0"], staged: ["1.2.0"], current: "1.1.0"))
                == [])
        #expect(repairs(of: ModelState(), given: ModelDisk()) == [])
    }

    @Test(
        "Current follows the state",
        arguments: [(nil, "1.1.0"), ("1.0.0", "1.1.0"), ("9.9.9", "1.1.0")] as [(String?, String)])
    func current(found: String?, expected: String) throws {
        let state = try state(.installed(one), .installed(two))
        let disk = ModelDisk(versions: ["1.0.0", "1.1.0"], current: found)
        #expect(repairs(of: state, given: disk) == [.point(version: expected)])
    }

    @Test("A version that the state doesn't name is staged again, once current no longer names it")
    func stray() throws {
        let state = try state(.installed(one))
        let disk = ModelDisk(versions: ["1.0.0", "1.1.0"], current: "1.1.0")
        #expect(repairs(of: state, given: disk) == [.point(version: "1.0.0"), .restage(version: "1.1.0")])
        let first = ModelDisk(versions: ["1.0.0"], current: nil)
        #expect(repairs(of: ModelState(), given: first) == [.restage(version: "1.0.0")])
    }

    @Test("A version that is gone is forgotten, and current goes where the state then says")
    func gone() throws {
        let state = try state(.installed(one), .installed(two))
        #expect(
            repairs(of: state, given: ModelDisk(versions: ["1.0.0"], current: "1.1.0"))
                == [.forget(version: "1.1.0"), .point(version: "1.0.0")])
        #expect(
            repairs(of: state, given: ModelDisk(current: "1.1.0"))
                == [.forget(version: "1.0.0"), .forget(version: "1.1.0"), .point(version: nil)])
    }
}
