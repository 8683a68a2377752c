import ArgumentParser

/// `modelpack repo`: the repository that devices update from.
struct Repo: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repo", abstract: "Make and keep the repository that devices update from.",
        subcommands: [
            RepoInit.self, RepoStatus.self, RepoRenew.self, RepoRotate.self, RepoSign.self, RepoWithdraw.self,
            RepoPrune.self,
        ])
}
