import Bundles
import Files
import FoundationEssentials

/// A device's folder, held by one run at a time.
///
/// Every change goes the same way: state computed, `state.json` replaced, `current` pointed, history written.
/// A stop between any two steps leaves what the next run's repair puts right.
package struct Store: ~Copyable {
    package let layout: DeviceLayout
    package private(set) var state: DeviceState
    /// What the owner lets be told; nil for nothing.
    package var reporting: Reporting?
    private let lock: FileLock
    /// Called after each step; what it throws is what a power cut would do.
    private let afterStep: (Step) throws -> Void

    /// The steps of a change, each of them durable when the next begins.
    package enum Step: CaseIterable, Equatable, Sendable {
        case synced, renamed, stateWritten, currentPointed, historyWritten
    }

    /// Takes the lock, reads the state and repairs what a stop left behind.
    ///
    /// Throws `FileError.locked` while another run is at it.
    package static func open(
        _ root: String, clock: Date, afterStep: @escaping (Step) throws -> Void = { _ in }
    ) throws -> Store {
        let layout = DeviceLayout(root)
        guard FileSystem.exists(layout.configuration) else { throw UpdateError.noDevice(root: root) }
        guard FileSystem.isPrivateDirectory(root) else { throw UpdateError.notPrivate(root: root) }
        let lock = try FileLock(layout.lock)
        var store = Store(layout: layout, lock: lock, state: try readState(layout), afterStep: afterStep)
        try store.repair(clock: clock)
        return store
    }

    private init(
        layout: DeviceLayout, lock: consuming FileLock, state: DeviceState, afterStep: @escaping (Step) throws -> Void
    ) {
        self.layout = layout
        self.lock = lock
        self.state = state
        self.afterStep = afterStep
    }

    /// The state as it is on disk, for those who only look.
    ///
    /// A device always has one; where it is gone the floor is gone with it, so that is an error.
    package static func readState(_ layout: DeviceLayout) throws -> DeviceState {
        guard FileSystem.exists(layout.state) else { throw UpdateError.noState(path: layout.state) }
        return try DeviceState(parsing: try FileSystem.read(layout.state, limit: 16 << 20))
    }

    /// The time, as far as this device can know it.
    package func now(clock: Date) -> Date { state.now(clock: clock) }

    /// Remembers that metadata was accepted.
    package mutating func accept(checkAt now: Date) throws {
        var next = state
        next.lastCheck = Int(now.timeIntervalSince1970)
        try write(next)
    }

    /// Lets `event` happen to a model.
    package mutating func record(_ event: ModelEvent, of name: String, at now: Date) throws {
        let before = state.models[name] ?? ModelState()
        let after = try before.after(event)
        var next = state
        next.models[name] = after
        try write(next)
        try afterStep(.stateWritten)
        try point(name, to: after.active?.version)
        try afterStep(.currentPointed)
        try remember(HistoryEntry(event, of: name, before: before, at: now))
        try afterStep(.historyWritten)
    }

    /// Lets `event` happen to a model that this device has.
    package mutating func change(_ name: String, by event: ModelEvent, clock: Date) throws {
        guard state.models[name] != nil else { throw state.unknownModel(name) }
        try record(event, of: name, at: now(clock: clock))
    }

    /// Makes a version in staging, whole and checked, durable, and remembers that it is there.
    package mutating func finishStaging(_ release: Installed, of name: String, at now: Date) throws {
        let model = layout.model(name)
        try seal(model.staged(release.version))
        try FileSystem.syncDirectory(model.staging)
        try afterStep(.synced)
        if state.models[name]?.staged != release { try record(.staged(release), of: name, at: now) }
    }

    /// Puts a staged version, whole and durable, in its place and lets `event` happen.
    ///
    /// Throws `FileError.locked` while somebody reads what has to make room for it.
    package mutating func install(_ version: String, as event: ModelEvent, of name: String, at now: Date) throws {
        // The state machine's word first: what it refuses isn't moved.
        _ = try (state.models[name] ?? ModelState()).after(event)
        let model = layout.model(name)
        try FileSystem.makeDirectory(model.versions)
        let lock = try FileLock(model.lock(version))
        try FileSystem.remove(model.version(version))
        try FileSystem.rename(model.staged(version), to: model.version(version))
        try FileSystem.syncDirectory(model.staging)
        try FileSystem.setMode(model.version(version), 0o555)
        _ = consume lock
        try afterStep(.renamed)
        try record(event, of: name, at: now)
    }

    /// What is on disk of a model.
    package static func disk(of model: ModelLayout) -> ModelDisk {
        let names = { (folder: String) -> Set<String> in
            let names = (try? FileSystem.list(folder)) ?? []
            return Set(names.filter { SemanticVersion($0) != nil && FileSystem.isDirectory(folder + "/" + $0) })
        }
        return ModelDisk(versions: names(model.versions), staged: names(model.staging), current: current(of: model))
    }

    /// The version that `current` names.
    ///
    /// A link to anywhere else is no version, whatever its name, and so is put right.
    static func current(of model: ModelLayout) -> String? {
        FileSystem.linkTarget(model.current).map {
            $0.hasPrefix("versions/") ? String($0.dropFirst("versions/".count)) : "/" + $0
        }
    }

    private mutating func write(_ next: DeviceState) throws {
        try FileSystem.replace(layout.state, with: try next.encoded)
        state = next
    }

    /// Makes `current` name a version, or nothing.
    func point(_ name: String, to version: String?) throws {
        let model = layout.model(name)
        if let version {
            if FileSystem.linkTarget(model.current) == "versions/" + version { return }
            try FileSystem.replaceLink(model.current, to: "versions/" + version)
        } else if FileSystem.exists(model.current) {
            try FileSystem.remove(model.current)
            try FileSystem.syncDirectory(model.folder)
        }
    }

    /// Makes files and folders read-only and durable, from the leaves up; the top folder stays writable to be moved.
    func seal(_ folder: String, isTop: Bool = true) throws {
        for name in try FileSystem.list(folder) {
            let path = folder + "/" + name
            if FileSystem.isDirectory(path) {
                try seal(path, isTop: false)
            } else {
                let file = try OpenFile(reading: path)
                if FileSystem.status(path)?.mode != 0o444 { try file.setMode(0o444) }
                try file.sync()
            }
        }
        try FileSystem.syncDirectory(folder)
        if !isTop { try FileSystem.setMode(folder, 0o555) }
    }
}
