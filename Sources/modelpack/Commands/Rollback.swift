import ArgumentParser
import FoundationEssentials
import Updating

struct RollbackCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rollback",
        abstract: "Go back to the version before, and block the one that is left.",
        discussion: """
            Examples:
              modelpack rollback home
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let (left, confirmed) = try withDevice(device) { store, _ in
            let left = store.state.models[model]?.active?.version
            try store.change(model, by: .rolledBack, clock: Date())
            return (left, store.state.models[model]?.confirmed?.version)
        }
        try common.report(
            ["model": model, "confirmed": confirmed, "blocked": left],
            text: "\(model) is back at \(confirmed ?? "nothing"); \(left ?? "-") is blocked")
    }
}
