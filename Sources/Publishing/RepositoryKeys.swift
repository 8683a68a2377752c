import Files
import Signatures
import Trust

/// A folder with private keys: `<role>.key`, then `<role>.2.key` and so on where they are made here; any `.key` file
/// signs for the roles that name its key.
///
/// None has to be there before its role is to be signed, so that one who publishes needs no root key.
package struct RepositoryKeys: Sendable {
    package let folder: String
    private let password: String?

    package init(folder: String, password: String? = nil) {
        self.folder = folder
        self.password = password
    }

    /// Refuses `pkcs11:…` and the like, which would become a folder of that name with keys in plain files.
    func refuseURI() throws(PublishingError) {
        guard let colon = folder.firstIndex(of: ":"), colon != folder.startIndex else { return }
        let isScheme = folder[..<colon].utf8.allSatisfy {
            switch $0 {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."):
                true
            default: false
            }
        }
        if isScheme { throw .keysNotInFolder(folder) }
    }

    /// The path of a role's key; they are numbered from 1.
    private func path(_ role: String, _ number: Int) -> String {
        "\(folder)/\(role)\(number == 1 ? "" : ".\(number)").key"
    }

    /// The role's own keys that are in the folder, by their file names.
    func all(of role: String) throws -> [PrivateKey] {
        var keys: [PrivateKey] = []
        while FileSystem.exists(path(role, keys.count + 1)) { keys.append(try read(path(role, keys.count + 1))) }
        return keys
    }

    /// Every key in the folder, opened once.
    func open() throws -> KeyRing {
        var ring = KeyRing(folder: folder)
        guard FileSystem.isDirectory(folder) else { return ring }
        for name in try FileSystem.list(folder) where name.hasSuffix(".key") {
            do { ring.keys.append((name, .success(try read(folder + "/" + name)))) } catch {
                ring.keys.append((name, .failure(error)))
            }
        }
        return ring
    }

    private func read(_ path: String) throws -> PrivateKey {
        do {
            let pem = String(decoding: try FileSystem.read(path, limit: 1 << 16), as: UTF8.self)
            return try PrivateKey(pem: pem, password: password)
        } catch let error as SignatureError {
            throw PublishingError.unusableKey(path: path, error)
        }
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

/// The private keys of a folder.
struct KeyRing {
    let folder: String
    /// By file name.
    fileprivate(set) var keys: [(file: String, key: Result<PrivateKey, any Error>)] = []

    fileprivate init(folder: String) { self.folder = folder }

    /// The keys among those named. One that doesn't open is an error where its file bears the role's name, and
    /// somebody else's matter where it doesn't.
    func signers(of role: String, among named: [RoleKeys]) throws -> [PrivateKey] {
        var found: [PrivateKey] = []
        for (file, key) in keys {
            if case .failure(let problem) = key, file.hasPrefix(role + ".") { throw problem }
            guard let key = try? key.get() else { continue }
            let isNamed = named.contains { $0.keys.values.contains(key.publicKey) }
            if isNamed, !found.contains(where: { $0.publicKey == key.publicKey }) { found.append(key) }
        }
        return found
    }
}
