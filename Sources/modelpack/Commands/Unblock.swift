import ArgumentParser
import FoundationEssentials
import Updating

struct UnblockCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unblock",
        abstract: "Let a version that was blocked be installed again.",
        discussion: """
            Examples:
              modelpack unblock home 1.2.0
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @Argument(help: ArgumentHelp("The version.", valueName: "version"))
    var version: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        try device.open().change { store, _ in
            try store.change(model, by: .unblocked(version: version), clock: Date())
        }
        try common.report(["model": model, "unblocked": version], text: "\(model) \(version) is no longer blocked")
    }
}
