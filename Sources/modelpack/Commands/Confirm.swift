import ArgumentParser

struct ConfirmCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "confirm",
        abstract: "Keep the version that is on trial.",
        discussion: """
            Where nothing is on trial there is nothing to do, so an app may call it at each start.

            Examples:
              modelpack confirm home
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let version = try device.open().confirm(model)
        try common.report(["model": model, "confirmed": version], text: "\(model) \(version) is confirmed")
    }
}
