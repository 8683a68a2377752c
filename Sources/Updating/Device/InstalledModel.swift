import Bundles
import Files

#if canImport(Glibc)
    import Glibc
#endif

/// A version of a model that somebody reads: as long as this object lives it stays on disk, whatever is installed, gone
/// back from or collected meanwhile.
///
/// Keep it beside what was read through it. Its files never change.
public final class InstalledModel: Sendable {
    /// The model's name.
    public let name: String
    /// Its version, as 1.2.3.
    public let version: String
    /// The version's own folder: an unpacked bundle.
    public let folder: String
    private let lock: FileLock

    /// The path of the weights, a GGUF file.
    public var weights: String { folder + "/" + BundlePath.weights }

    fileprivate init(name: String, version: String, folder: String, lock: consuming FileLock) {
        self.name = name
        self.version = version
        self.folder = folder
        self.lock = lock
    }
}

extension ModelDevice {
    /// Holds the version of a model that is in use; nil where none is yet.
    ///
    /// Takes a shared lock on that version alone, so it neither waits for an update nor keeps one from happening. A user
    /// who may only read the folder may call it, too.
    public func read(_ model: String) throws -> InstalledModel? {
        guard Manifest.isName(model) else { throw UpdateError.badModelName(model) }
        let layout = layout.model(model)
        // The version may be left and taken away between the look at `current` and the lock.
        for _ in 0..<100 {
            guard let version = Store.current(of: layout) else { return nil }
            guard SemanticVersion(version) != nil else { throw StateError.malformed }
            if let lock = try Self.lock(layout.lock(version)), FileSystem.isDirectory(layout.version(version)) {
                return InstalledModel(name: model, version: version, folder: layout.version(version), lock: lock)
            }
            usleep(10_000)
        }
        throw FileError.locked(path: layout.current)
    }

    /// nil where somebody is taking the version away.
    private static func lock(_ path: String) throws(FileError) -> FileLock? {
        do {
            return try FileLock(path, shared: true)
        } catch {
            if case .locked = error { return nil }
            throw error
        }
    }
}
