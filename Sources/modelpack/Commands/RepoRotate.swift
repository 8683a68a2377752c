import ArgumentParser
import Files
import FoundationEssentials
import Publishing
import Signatures
import Trust

struct RepoRotate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rotate",
        abstract: "Give a role other keys, or another threshold.",
        discussion: """
            Root's keys sign for the four roles, the targets role's keys for a channel; what the new keys have to sign \
            again is signed with those at hand. While the old keys are at hand too, no device notices anything. What \
            lacks signatures waits in pending/ for `modelpack repo sign`.

            Examples:
              modelpack repo rotate repository --keys keys --role timestamp --add new.pub \\
                --remove old.pub
              modelpack repo rotate repository --keys keys --role timestamp --add new.pub \\
                --remove 3b1f9c0d
              modelpack repo rotate repository --keys keys --role root --add bob.pub \\
                --add carol.pub --threshold 2
              modelpack repo rotate repository --keys keys --role stable \\
                --add release-team.pub
            """)

    @Argument(help: "The repository's folder.", completion: .directory)
    var folder: String

    @Option(help: "The folder with private keys.", completion: .directory)
    var keys: String

    @Option(help: "The role: root, targets, snapshot, timestamp or a channel.")
    var role: String

    @Option(help: ArgumentHelp("A public key that comes to sign for the role.", valueName: "pub"), completion: .file())
    var add: [String] = []

    @Option(
        help: ArgumentHelp(
            "A key that goes: its .pub, or what its identifier in `repo status` begins with.", valueName: "key"),
        completion: .file())
    var remove: [String] = []

    @Option(help: "How many keys must sign from now on.")
    var threshold: Int?

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    func validate() throws {
        guard !add.isEmpty || !remove.isEmpty || threshold != nil else {
            throw ValidationError("give --add, --remove or --threshold")
        }
    }

    func run() throws {
        var rotation = Rotation(
            folder: RepositoryFolder(folder), keys: RepositoryKeys(folder: keys, password: try password.read()),
            role: role)
        rotation.add = try add.map(Self.publicKey)
        rotation.remove = try remove.map { $0.hasSuffix(".pub") ? RoleKey(try Self.publicKey($0)).keyID : $0 }
        rotation.threshold = threshold
        let outcome = try rotation.run(now: Date())
        try common.report(outcome, text: outcome.text)
    }

    private static func publicKey(_ path: String) throws -> PublicKey {
        try PublicKey(pem: String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self))
    }
}
