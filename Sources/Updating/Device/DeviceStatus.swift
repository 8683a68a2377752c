import Files
import FoundationEssentials

/// What `status --json` prints, and what `status.json` holds for apps to watch.
public struct DeviceStatus: Encodable, Equatable, Sendable {
    /// Where releases come from.
    public let repository: String
    /// The channel that is followed.
    public let channel: String
    /// How far the device goes on its own: `notify`, `fetch` or `all`.
    public let automatic: String
    /// When the repository's metadata was last accepted, in seconds since 1970.
    public let lastCheck: Int?
    /// What is known of each model, by name.
    public let models: [String: ModelStatus]
    /// What would be sent, where the owner wants reports.
    package let reports: [Report]?

    private enum CodingKeys: String, CodingKey {
        case repository, channel, automatic, models, reports
        case lastCheck = "last_check"
    }

    /// Puts together what the state, the disk and the queue of reports say.
    package init(_ configuration: DeviceConfiguration, _ state: DeviceState, _ layout: DeviceLayout) {
        repository = configuration.repository
        channel = configuration.channel
        automatic = configuration.automatic.rawValue
        lastCheck = state.lastCheck
        models = Dictionary(
            uniqueKeysWithValues: state.models.map { name, model in
                (name, ModelStatus(model, Store.disk(of: layout.model(name))))
            })
        reports = configuration.reports.map { _ in ReportQueue(layout.reports).waiting }
    }
}

/// One model's part of it.
public struct ModelStatus: Encodable, Equatable, Sendable {
    /// Where the model stands, in a word.
    public let phase: ModelPhase
    /// The version that is confirmed; it is in use where none is on trial.
    public let confirmed: String?
    /// The version that is in use and not yet confirmed.
    public let trial: String?
    /// The version that `rollBack` goes to.
    public let previous: String?
    /// The lowest version that will ever be installed.
    public let floor: String?
    /// The only version that the owner lets be installed.
    public let pinned: String?
    /// Versions that this device won't install again.
    public let blocked: [String]
    /// Versions that are being put together, or are, and not in use.
    public let staged: [String]
    /// Versions before `previous` that are still here.
    public let kept: [String]
    /// Seconds since 1970 by which the trial has to be confirmed.
    public let deadline: Int?
    /// A newer version that the last check found, and why it waits.
    public let offer: Offer?

    init(_ state: ModelState, _ disk: ModelDisk) {
        let unfinished = disk.staged.filter(state.mayStillStage)
        phase = state.phase(isStaging: !unfinished.isEmpty)
        confirmed = state.confirmed?.version
        trial = state.trial?.release.version
        previous = state.previous?.version
        floor = state.floor
        pinned = state.pinned
        blocked = state.blocked.map(\.version)
        staged = unfinished.sorted()
        kept = state.kept.map(\.version)
        deadline = state.trial?.deadline
        offer = state.offer
    }

    private enum CodingKeys: String, CodingKey {
        case phase, confirmed, trial, previous, floor, pinned, blocked, staged, kept, deadline, offer
    }

    /// All keys are there, with null where there is nothing.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(phase, forKey: .phase)
        try container.encode(confirmed, forKey: .confirmed)
        try container.encode(trial, forKey: .trial)
        try container.encode(previous, forKey: .previous)
        try container.encode(floor, forKey: .floor)
        try container.encode(pinned, forKey: .pinned)
        try container.encode(blocked, forKey: .blocked)
        try container.encode(staged, forKey: .staged)
        try container.encode(kept, forKey: .kept)
        try container.encode(deadline, forKey: .deadline)
        try container.encode(offer, forKey: .offer)
    }
}

extension Store {
    /// Writes `status.json` anew, where it would say something else.
    package func publishStatus(_ configuration: DeviceConfiguration) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(DeviceStatus(configuration, state, layout))) + [0x0A]
        if let old = try? FileSystem.read(layout.status), old == bytes { return }
        // Nothing is decided from it, and the next run writes it again: a power cut may bring the old one back.
        try FileSystem.replace(layout.status, with: bytes, syncingFolder: false)
    }
}
