import ArgumentParser
import Files
import Signatures

/// `modelpack keys`: what has to do with signing keys.
struct Keys: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys", abstract: "Make signing keys.", subcommands: [KeysGenerate.self])
}

struct KeysGenerate: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate",
        abstract: "Make a key pair: PREFIX.key, to be kept secret, and PREFIX.pub, for everybody.",
        discussion: """
            Examples:
              modelpack keys generate keys/build
              modelpack keys generate keys/release --type p384 --password-file password.txt
            """)

    enum KeyType: String, ExpressibleByArgument, CaseIterable {
        case p256, p384, p521

        var kind: PublicKey.Kind {
            switch self {
            case .p256: .p256
            case .p384: .p384
            case .p521: .p521
            }
        }
    }

    @Argument(help: "Where the key goes, without .key and .pub.", completion: .file())
    var prefix: String

    @Option(help: "The curve.")
    var type = KeyType.p256

    @OptionGroup var password: PasswordOption
    @OptionGroup var common: CommonOptions

    struct Result: Encodable {
        let type, privateKey, publicKey, fingerprint: String

        enum CodingKeys: String, CodingKey {
            case type, fingerprint
            case privateKey = "private_key"
            case publicKey = "public_key"
        }
    }

    func run() throws {
        let (secret, open) = (prefix + ".key", prefix + ".pub")
        for path in [secret, open] where FileSystem.exists(path) { throw FileError.exists(path: path) }
        let key = try PrivateKey.generate(type.kind)
        let pem = try key.pem(password: password.read())
        try FileSystem.createDirectory(FileSystem.parent(of: prefix))
        try FileSystem.replace(secret, with: Array(pem.utf8), mode: 0o600)
        try FileSystem.replace(open, with: Array(key.publicKey.pem.utf8))
        let result = Result(
            type: type.rawValue, privateKey: secret, publicKey: open, fingerprint: key.publicKey.fingerprint.hex)
        try common.report(result, text: "\(secret)  keep it secret\n\(open)  give it to those who verify")
    }
}

/// Where the password of an encrypted key comes from.
struct PasswordOption: ParsableArguments {
    @Option(
        name: .customLong("password-file"), help: "A file whose first line is the password of private keys.",
        completion: .file())
    var passwordFile: String?

    /// The first line of the file; nil where none was given.
    func read() throws -> String? {
        guard let passwordFile else { return nil }
        let text = String(decoding: try FileSystem.read(passwordFile, limit: 4096), as: UTF8.self)
        let line = text.prefix { !$0.isNewline }
        guard !line.isEmpty else {
            throw CommandError(status: .usage, message: "\(passwordFile): its first line is empty")
        }
        return String(line)
    }
}
