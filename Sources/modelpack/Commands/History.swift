import ArgumentParser
import Updating

struct HistoryCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "history",
        abstract: "Show what happened to this device's models.",
        discussion: """
            Examples:
              modelpack history --root /var/lib/modelpack
            """)

    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let layout = try device.layout
        _ = try DeviceConfiguration(existing: layout)
        let entries = try History(layout.history).entries()
        let lines = entries.map { entry in
            [entry.at, entry.model, entry.version, entry.event, entry.reason].compactMap(\.self).joined(separator: " ")
        }
        try common.report(["entries": entries], text: lines.joined(separator: "\n"))
    }
}
