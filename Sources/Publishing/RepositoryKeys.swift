import Files
import Signatures
import Trust

/// A folder with the private keys of a repository's roles: `<role>.key`, then `<role>.2.key` and so on.
///
/// Keys are read when a role is to be signed, so that one who publishes needs no root key.
package struct RepositoryKeys: Sendable {
    package let folder: String
    private let password: String?

    package init(folder: String, password: String? = nil) {
        self.folder = folder
        self.password = password
    }

    /// The path of a role's key; they are numbered from 1.
    private func path(_ role: String, _ number: Int) -> String {
        "\(folder)/\(role)\(number == 1 ? "" : ".\(number)").key"
    }

    /// The role's keys that are in the folder.
    func all(of role: String) throws -> [PrivateKey] {
        var keys: [PrivateKey] = []
        while FileSystem.exists(path(role, keys.count + 1)) {
            let path = path(role, keys.count + 1)
            do {
                let pem = String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self)
                keys.append(try PrivateKey(pem: pem, password: password))
            } catch let error as SignatureError {
                throw PublishingError.unusableKey(path: path, error)
            }
        }
        return keys
    }

    /// The keys that sign for a role: those in the folder that `root` names, and no fewer than its threshold.
    func signers(of role: String, in root: Root) throws -> [PrivateKey] {
        guard let named = root.roles[role] else { throw PublishingError.unknownRole(role) }
        let keys = try all(of: role).filter { named.keys.values.contains($0.publicKey) }
        guard keys.count >= named.threshold else {
            throw PublishingError.keysMissing(
                role: role, folder: folder, found: keys.count, threshold: named.threshold)
        }
        return keys
    }

    /// Makes the keys that a role lacks to have `count`, P-256, readable by their owner only; their paths.
    func generate(_ role: String, count: Int) throws -> [String] {
        try FileSystem.createDirectory(folder, mode: 0o700)
        var made: [String] = []
        for number in 1...count where !FileSystem.exists(path(role, number)) {
            let pem = try PrivateKey.generate(.p256).pem(password: password)
            try FileSystem.replace(path(role, number), with: Array(pem.utf8), mode: 0o600)
            made.append(path(role, number))
        }
        return made
    }
}
