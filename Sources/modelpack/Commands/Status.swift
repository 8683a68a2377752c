import ArgumentParser
import Updating

struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Show which models this device has.",
        discussion: """
            Examples:
              modelpack status --root /var/lib/modelpack --json
            """)

    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let status = try device.open().status()
        try common.report(status, text: status.text)
    }
}

extension DeviceStatus {
    fileprivate var text: String {
        var lines = models.sorted { $0.key < $1.key }.map { name, model in "\(name): \(model.text(name))" }
        if models.isEmpty {
            lines.append("no models yet; `modelpack update` installs those of channel \(channel)")
        }
        if let reports, !reports.isEmpty {
            lines.append("reports to be sent:")
            lines += reports.map { report in
                let words = [report.label, report.at, report.model, report.version, report.event, report.reason]
                return "  " + words.compactMap(\.self).joined(separator: " ")
            }
        }
        return lines.joined(separator: "\n")
    }
}

extension ModelStatus {
    fileprivate func text(_ name: String) -> String {
        func list(_ versions: [String]) -> String? { versions.isEmpty ? nil : versions.joined(separator: ", ") }
        let rows: [(String, String?)] = [
            ("confirmed", confirmed), ("trial", trial), ("previous", previous), ("floor", floor),
            ("blocked", list(blocked)), ("staged", list(staged)),
        ]
        let more: [(String, String?)] = [("pinned", pinned), ("kept", list(kept)), ("newer", offer?.text)]
        let shown =
            rows.map { ["  \($0):", $1 ?? "-"] } + more.compactMap { name, value in value.map { ["  \(name):", $0] } }
        let isHeldBack = [.blocked, .rolledBack].contains(phase)
        let way = blocked.last.flatMap { isHeldBack ? "\n  `modelpack unblock \(name) \($0)` lets it in again" : nil }
        return phase.rawValue + "\n" + table(shown) + (way ?? "")
    }
}

extension ModelStatus.Offer {
    fileprivate var text: String {
        "\(version), waits: \(waits)" + (bytes.map { "; \(readable($0)) to fetch" } ?? "")
    }
}
