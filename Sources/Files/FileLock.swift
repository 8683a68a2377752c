#if canImport(Glibc)
    import Glibc
#endif

/// A lock on a file, held until it goes out of scope, or the process ends however it may.
package struct FileLock: ~Copyable, Sendable {
    private let descriptor: Int32

    /// Takes the lock at once, or throws `locked`. A shared lock is for readers, who need not be allowed to write.
    package init(_ path: String, shared: Bool = false) throws(FileError) {
        descriptor = try Self.take(path, shared)
    }

    private static func take(_ path: String, _ shared: Bool) throws(FileError) -> Int32 {
        let descriptor = try retrying("open", path) {
            unsafe open(path, (shared ? O_RDONLY : O_RDWR) | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o644)
        }
        if flock(descriptor, (shared ? LOCK_SH : LOCK_EX) | LOCK_NB) == 0 { return descriptor }
        let failure = errno == EWOULDBLOCK ? FileError.locked(path: path) : .last("lock", path)
        close(descriptor)
        throw failure
    }

    deinit {
        // Closing isn't enough: a child that is just being started may still have the descriptor.
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }
}
