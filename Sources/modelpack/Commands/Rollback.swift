import ArgumentParser

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
        let result = try device.open().rollBack(model)
        try common.report(
            ["model": model, "confirmed": result.confirmed, "blocked": result.left],
            text: "\(model) is back at \(result.confirmed ?? "nothing"); \(result.left ?? "-") is blocked")
    }
}
