import Files
import Signatures
import Trust

/// Where things lie in a repository: plain files that any web server can host.
package struct RepositoryFolder: Sendable {
    package let path: String
    /// Told before each change of a file that clients may see; what it throws ends the run there.
    private let beforeStep: @Sendable (_ file: String) throws -> Void

    package init(_ path: String, beforeStep: @escaping @Sendable (_ file: String) throws -> Void = { _ in }) {
        self.path = path
        self.beforeStep = beforeStep
    }

    package func metadata(_ name: String) -> String { "\(path)/metadata/\(name)" }
    /// A file below `targets/` under its name with the digest.
    package func target(_ consistentPath: String) -> String { "\(path)/targets/\(consistentPath)" }
    /// What was published, and what was forced; not for the world.
    package var log: String { "\(path)/log.jsonl" }
    /// Metadata that lacks signatures; clients never ask for it.
    package var pending: String { "\(path)/pending" }

    /// Where a bundle is copied to before it is looked at; only the holder of the lock uses it.
    var incoming: String { "\(path)/.incoming" }

    /// Where a file is made that moves to `targets/` once it is whole; only the holder of the lock uses it.
    func unfinished(_ name: String) -> String { "\(path)/.unfinished.\(name)" }

    /// Held while the repository is changed.
    package func lock() throws -> FileLock {
        guard FileSystem.isDirectory(path) else { throw PublishingError.noRepository(path: path) }
        return try FileLock("\(path)/.lock")
    }

    /// Removes what interrupted runs left unfinished; only the holder of the lock may.
    func sweep() throws(FileError) {
        try FileSystem.remove(incoming)
        for name in try FileSystem.list(path) where name.hasPrefix(".unfinished.") {
            try FileSystem.remove(path + "/" + name)
        }
        for folder in [metadata("."), target("."), pending] where FileSystem.isDirectory(folder) { try sweep(folder) }
    }

    private func sweep(_ folder: String) throws(FileError) {
        for name in try FileSystem.list(folder) {
            let path = folder + "/" + name
            if FileSystem.isDirectory(path) {
                try sweep(path)
            } else if name.hasSuffix(".tmp") {
                try FileSystem.remove(path)
            }
        }
    }

    /// Replaces one metadata file, durably and in one step.
    func write(metadata name: String, _ bytes: [UInt8]) throws {
        try beforeStep(name)
        try FileSystem.createDirectory(metadata("."))
        try FileSystem.replace(metadata(name), with: bytes)
    }

    /// Writes a small target under its consistent name.
    func write(target path: String, _ bytes: [UInt8]) throws {
        let destination = try makeRoom(for: path, digest: .sha256(bytes))
        try FileSystem.replace(destination, with: bytes)
    }

    /// Moves a file on the same file system to a target's consistent name.
    func move(_ file: String, toTarget path: String, digest: Digest) throws {
        try FileSystem.rename(file, to: try makeRoom(for: path, digest: digest))
    }

    /// Removes a file that no metadata names any more.
    func remove(_ file: String) throws {
        try beforeStep(file)
        try FileSystem.remove(file)
    }

    /// The file's place, with the folders above it made durable.
    private func makeRoom(for path: String, digest: Digest) throws -> String {
        try beforeStep(path)
        let destination = target(TargetFile.consistentPath(path, digest: digest.hex))
        var above = FileSystem.parent(of: destination)
        try FileSystem.createDirectory(above)
        while above.utf8.count > self.path.utf8.count {
            above = FileSystem.parent(of: above)
            try FileSystem.syncDirectory(above)
        }
        return destination
    }
}

extension RepositoryFolder {
    /// Refuses a folder of keys that a web server in front would serve: the repository's own, or one below it.
    func refuse(_ keys: RepositoryKeys) throws {
        var folder = keys.folder
        while !FileSystem.isDirectory(folder), folder != FileSystem.parent(of: folder) {
            folder = FileSystem.parent(of: folder)
        }
        while true {
            if FileSystem.isSame(folder, path) { throw PublishingError.keysInRepository(folder: keys.folder) }
            let above = folder + "/.."
            if FileSystem.isSame(folder, above) || !FileSystem.isDirectory(above) { return }
            folder = above
        }
    }
}
