import ArgumentParser

struct ActivateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "activate",
        abstract: "Switch to the version that is staged, without asking the repository.",
        discussion: """
            The owner's yes to what `automatic: fetch` or `update --no-activate` has fetched: its bytes are hashed \
            again, it is asked its smoke test, and switched to in one step.

            Examples:
              modelpack activate home
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let device = try device.open()
        let result = try device.activate(
            model, strictly: try device.checks(common), report: UpdateProgress(common).show)
        try UpdateReport.finish([result], common)
    }
}
