import ArgumentParser
import Files
import Signatures

/// Where the private key of a signing command is.
struct SigningKeyOptions: ParsableArguments {
    @Option(
        name: .customLong("key"),
        help: "A private key to sign with: a PEM file, or pkcs11:… for one in a token; may be given more than once.",
        completion: .file())
    var paths: [String] = []

    @Option(help: "A file whose first line opens the private keys; for a token, its PIN.", completion: .file())
    var passwordFile: String?

    /// Reads the keys, in the order they were given.
    func keys() throws -> [PrivateKey] {
        let password = try passwordFile.map { file in
            String(
                decoding: try FileSystem.read(file, limit: 1 << 16).prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }
        return try paths.map { path in
            if PrivateKey.isToken(path) { return try PrivateKey(token: path, pin: password) }
            let pem = String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self)
            return try locating(path) { try PrivateKey(pem: pem, password: password) }
        }
    }
}
