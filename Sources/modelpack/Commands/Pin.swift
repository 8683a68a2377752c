import ArgumentParser
import Bundles
import FoundationEssentials
import Updating

struct PinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "pin",
        abstract: "Let no version of a model be installed but this one.",
        discussion: """
            A model pinned to the version that is in use stays there; pinned to a newer one, it goes that far and no \
            further. `rollback` from the pinned version lifts the pin.

            Examples:
              modelpack pin home 1.1.0
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @Argument(help: ArgumentHelp("The version.", valueName: "version"))
    var version: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard SemanticVersion(version) != nil else { throw ValidationError("'\(version)' is not a version") }
    }

    func run() throws {
        try device.open().change { store, _ in
            try store.change(model, by: .pinned(version: version), clock: Date())
        }
        try common.report(["model": model, "pinned": version], text: "\(model) is pinned to \(version)")
    }
}

struct UnpinCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "unpin",
        abstract: "Let newer versions of a model be installed again.",
        discussion: """
            Examples:
              modelpack unpin home
            """)

    @Argument(help: ArgumentHelp("The model.", valueName: "name"))
    var model: String
    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        try device.open().change { store, _ in try store.change(model, by: .unpinned, clock: Date()) }
        try common.report(["model": model, "pinned": nil], text: "\(model) is no longer pinned")
    }
}
