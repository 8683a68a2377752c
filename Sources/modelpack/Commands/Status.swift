import ArgumentParser
import FoundationEssentials
import Updating

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show which models this device has.",
        discussion: """
            Example:
              modelpack status --root /var/lib/modelpack --json
            """)

    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let layout = try device.layout
        let configuration = try DeviceConfiguration(existing: layout)
        let state = try Store.readState(layout)
        var models: [String: ModelStatus] = [:]
        for (name, model) in state.models {
            models[name] = ModelStatus(model, Store.disk(of: layout.model(name)))
        }
        let status = DeviceStatus(
            repository: configuration.repository, channel: configuration.channel, lastCheck: state.lastCheck,
            models: models)
        try common.report(status, text: status.text)
    }
}

/// What `status --json` prints.
private struct DeviceStatus: Encodable {
    let repository: String
    let channel: String
    let lastCheck: Int?
    let models: [String: ModelStatus]

    private enum CodingKeys: String, CodingKey {
        case repository, channel, models
        case lastCheck = "last_check"
    }

    var text: String {
        if models.isEmpty { return "no models yet; `modelpack update` installs those of channel \(channel)" }
        return models.sorted { $0.key < $1.key }.map { name, model in "\(name)\n\(model.text)" }.joined(separator: "\n")
    }
}

private struct ModelStatus: Encodable {
    let confirmed, trial, previous, floor: String?
    let blocked, staged: [String]

    init(_ state: ModelState, _ disk: ModelDisk) {
        confirmed = state.confirmed?.version
        trial = state.trial?.release.version
        previous = state.previous?.version
        floor = state.floor
        blocked = state.blocked.map(\.version)
        staged = disk.staged.sorted()
    }

    private enum CodingKeys: String, CodingKey {
        case confirmed, trial, previous, floor, blocked, staged
    }

    /// All keys are there, with null where there is nothing.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(confirmed, forKey: .confirmed)
        try container.encode(trial, forKey: .trial)
        try container.encode(previous, forKey: .previous)
        try container.encode(floor, forKey: .floor)
        try container.encode(blocked, forKey: .blocked)
        try container.encode(staged, forKey: .staged)
    }

    var text: String {
        let rows: [(String, String?)] = [
            ("confirmed", confirmed), ("trial", trial), ("previous", previous), ("floor", floor),
            ("blocked", blocked.isEmpty ? nil : blocked.joined(separator: ", ")),
            ("staged", staged.isEmpty ? nil : staged.joined(separator: ", ")),
        ]
        return rows.map { "  \($0): \($1 ?? "-")" }.joined(separator: "\n")
    }
}
