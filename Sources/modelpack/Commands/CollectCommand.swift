import ArgumentParser
import FoundationEssentials
import Updating

struct CollectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gc",
        abstract: "Remove versions that are no longer kept, and unfinished work that nobody will go on with.",
        discussion: """
            `keep` in device.yaml says how many versions stay beside the one in use, 1 by default. A version that an \
            app reads, by a shared lock on `<version>.lock`, stays until the next time. `update` does the same by \
            itself after each switch.

            Examples:
              modelpack gc --root /var/lib/modelpack
            """)

    @OptionGroup var device: RootOption
    @OptionGroup var common: CommonOptions

    func run() throws {
        let collections = try device.open().change { store, configuration in
            try store.state.models.keys.sorted().map { name in
                try store.collect(name, keeping: configuration.keep, clock: Date())
            }
        }
        let lines = collections.flatMap { collection in
            collection.removed.map { "\(collection.model) \($0) is removed" }
                + collection.inUse.map { "\(collection.model) \($0) is in use, and stays" }
        }
        try common.report(
            ["models": collections], text: lines.isEmpty ? "nothing to remove" : lines.joined(separator: "\n"))
    }
}
