import Testing

@testable import Updating

private let old = Installed(version: "1.0.0", indexSHA256: "a0")
private let new = Installed(version: "1.1.0", indexSHA256: "b1")

/// A state in each of the phases, with `old` confirmed where something is.
private func state(in phase: ModelPhase) throws -> ModelState {
    let events: [ModelEvent] =
        switch phase {
        case .idle, .staging: []
        case .staged: [.installed(old), .staged(new)]
        case .trial: [.installed(old), .staged(new), .tried(new, deadline: 9, attempts: 1)]
        case .confirmed: [.installed(old)]
        case .rolledBack: [.installed(old), .installed(new), .rolledBack]
        case .blocked: [.installed(old), .refused(new, reason: "no")]
        }
    return try events.reduce(ModelState()) { try $0.after($1) }
}

@Suite("Every phase of a model meets every event")
struct PhaseTests {
    @Test("The phases are what they are called", arguments: ModelPhase.allCases)
    func phases(phase: ModelPhase) throws {
        #expect(try state(in: phase).phase(isStaging: phase == .staging) == phase)
    }

    /// What each event makes of each phase, in the order of `ModelPhase.allCases` without `staging`, which is `idle`
    /// with something on disk; nil where the event is refused.
    private static let table: [(ModelEvent, [ModelPhase?])] = [
        // idle, staged, trial, confirmed, rolled back, blocked
        (.staged(new), [.staged, .staged, .trial, .staged, nil, nil]),
        (.discarded, [.idle, .confirmed, .trial, .confirmed, .rolledBack, .blocked]),
        (.installed(new), [.confirmed, .confirmed, .confirmed, .confirmed, nil, nil]),
        (.tried(new, deadline: 9, attempts: 1), [.trial, .trial, .trial, .trial, nil, nil]),
        (.confirmed, [nil, nil, .confirmed, nil, nil, nil]),
        (.refused(new, reason: "no"), [.blocked, .blocked, .blocked, .blocked, .rolledBack, .blocked]),
        (.undecided(new, attempts: 1, reason: "?"), [.blocked, .blocked, .blocked, .blocked, .rolledBack, .blocked]),
        (.undecided(new, attempts: 2, reason: "?"), [.idle, .staged, .trial, .confirmed, .rolledBack, .blocked]),
        (.overdue, [nil, nil, .rolledBack, nil, nil, nil]),
        (.rolledBack, [nil, nil, .rolledBack, nil, nil, nil]),
        (.lost(version: "1.1.0"), [.idle, .staged, .confirmed, .confirmed, .rolledBack, .blocked]),
        (.lost(version: "1.0.0"), [.idle, .staged, .trial, .idle, .rolledBack, .blocked]),
        (.unblocked(version: "1.1.0"), [nil, nil, nil, nil, .confirmed, .confirmed]),
        (.pinned(version: "1.1.0"), [.idle, .staged, .trial, .confirmed, nil, nil]),
        (.pinned(version: "1.0.0"), [.idle, .confirmed, .trial, .confirmed, .rolledBack, .blocked]),
        (.unpinned, [nil, nil, nil, nil, nil, nil]),
        (.collected(version: "0.9.0"), [.idle, .staged, .trial, .confirmed, .rolledBack, .blocked]),
        (
            .offered(ModelStatus.Offer(version: "1.2.0", waits: "rollout")),
            [.idle, .staged, .trial, .confirmed, .rolledBack, .blocked]
        ),
    ]

    @Test("Each event leads where the table says", arguments: table.indices)
    func transition(row: Int) throws {
        let (event, expected) = Self.table[row]
        let phases = ModelPhase.allCases.filter { $0 != .staging }
        #expect(phases.count == expected.count)
        for (phase, wanted) in zip(phases, expected) {
            let before = try state(in: phase)
            guard let wanted else {
                #expect(throws: StateError.self, "\(phase)") { try before.after(event) }
                continue
            }
            #expect(try before.after(event).phase(isStaging: false) == wanted, "\(phase)")
        }
    }

    @Test("A pin lets nothing else in, and a rollback from it lifts it")
    func pin() throws {
        let pinned = try state(in: .confirmed).after(.pinned(version: "1.0.0"))
        #expect(throws: StateError.pinned(version: "1.0.0")) { try pinned.after(.installed(new)) }
        #expect(throws: StateError.pinned(version: "1.0.0")) { try pinned.after(.staged(new)) }
        #expect(try pinned.after(.unpinned).after(.installed(new)).confirmed == new)
        let ahead = try state(in: .confirmed).after(.installed(new)).after(.pinned(version: "1.1.0"))
        #expect(try ahead.after(.rolledBack).pinned == nil)
        let floored = try ModelState().after(.installed(Installed(version: "2.0.0", indexSHA256: "c", floor: "1.5.0")))
        #expect(throws: StateError.belowFloor(version: "1.4.0", floor: "1.5.0")) {
            try floored.after(.pinned(version: "1.4.0"))
        }
    }

    @Test("Versions before the previous one are kept in order, and a rollback finds the newest that may run")
    func kept() throws {
        let versions = (0..<4).map { Installed(version: "1.\($0).0", indexSHA256: "\($0)") }
        let state = try versions.reduce(ModelState()) { try $0.after(.installed($1)) }
        #expect(state.kept == [versions[1], versions[0]])
        #expect(state.collectable(keeping: 1) == [versions[1], versions[0]])
        #expect(state.collectable(keeping: 2) == [versions[0]])
        #expect(state.collectable(keeping: 0) == [versions[2], versions[1], versions[0]])
        let back = try state.after(.rolledBack)
        #expect(back.confirmed == versions[2])
        // What was left is blocked, so the next one goes further back.
        let further = try back.after(.rolledBack)
        #expect(further.confirmed == versions[1])
        #expect(further.kept == [versions[0]])
        #expect(try further.after(.collected(version: "1.0.0")).kept == [])
    }

    @Test("What a staging folder may still become")
    func staging() throws {
        let state = try state(in: .blocked)
        #expect(!state.mayStillStage("1.1.0"))
        #expect(!state.mayStillStage("1.0.0"))
        #expect(!state.mayStillStage("0.9.0"))
        #expect(state.mayStillStage("1.2.0"))
        #expect(try !state.after(.pinned(version: "1.3.0")).mayStillStage("1.2.0"))
    }
}
