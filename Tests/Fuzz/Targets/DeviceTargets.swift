import Files
import Updating

/// A device's state: whatever parses can go through every event and be repaired, and is read as it is written.
func fuzzState(_ bytes: [UInt8]) throws {
    let state = try DeviceState(parsing: bytes)
    law(try DeviceState(parsing: try state.encoded) == state, "states are read as written")
    let release = Installed(version: "1.0.0", indexSHA256: "aa")
    let events: [ModelEvent] = [
        .installed(release), .tried(release, deadline: 1, attempts: 1), .confirmed, .refused(release, reason: ""),
        .undecided(release, attempts: 2, reason: ""), .overdue, .rolledBack, .lost(version: "1.0.0"),
        .unblocked(version: "1.0.0"),
    ]
    for model in state.models.values {
        for event in events { _ = try? model.after(event) }
        _ = repairs(of: model, given: ModelDisk(versions: ["1.0.0"], current: "2.0.0"))
    }
}

/// A history that a power cut, or anybody, has been at.
func fuzzHistory(_ bytes: [UInt8]) throws {
    try withScratchFolder { folder in
        try overwrite(folder + "/history.jsonl", with: bytes)
        _ = try History(folder + "/history.jsonl").entries()
    }
}
