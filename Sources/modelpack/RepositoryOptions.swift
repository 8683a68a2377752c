import ArgumentParser
import Publishing

/// The options of those commands that change what a repository offers.
struct RepositoryOptions: ParsableArguments {
    @Option(help: "The repository's folder.", completion: .directory)
    var repo: String

    @Option(help: "The folder with the roles' private keys.", completion: .directory)
    var keys: String

    @OptionGroup var password: PasswordOption

    var folder: RepositoryFolder { RepositoryFolder(repo) }

    /// The keys, with the password where one is given.
    func openKeys() throws -> RepositoryKeys { RepositoryKeys(folder: keys, password: try password.read()) }
}
