import ArgumentParser
import FoundationEssentials
import Publishing

struct RepoPrune: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Take old versions out of a repository, and delete the files that nothing names.",
        discussion: """
            What a channel offers stays, whatever its age, and so do all roots.

            Examples:
              modelpack repo prune --repo repository --keys keys --keep 3
            """)

    @OptionGroup var repository: RepositoryOptions

    @Option(help: "How many of each model's newest versions stay.")
    var keep: Int

    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard keep >= 1 else { throw ValidationError("--keep takes a positive number") }
    }

    func run() throws {
        let pruning = Pruning(
            folder: repository.folder, keys: try repository.openKeys(),
            keep: keep)
        let result = try pruning.run(now: Date())
        let versions = result.versions.map { "removed \($0)" } + result.outcome.waiting.map(\.text)
        try common.report(
            result,
            text: (versions + ["deleted \(result.files) files, \(readable(result.bytes))"]).joined(separator: "\n"))
    }
}
