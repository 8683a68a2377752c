import ArgumentParser

/// `modelpack repo`: the repository that devices update from.
struct RepoCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo", abstract: "Make and keep the repository that devices update from.",
        subcommands: [RepoInitCommand.self, RepoStatusCommand.self, RepoRenewCommand.self])
}
