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
        let rows = entries.map { [$0.at, $0.model, $0.version ?? "", $0.event, $0.reason ?? ""] }
        try common.report(["entries": entries]) { table(rows, named: .column, $0) }
    }
}
