#if canImport(Glibc)
    import Glibc
#endif

extension FileSystem {
    /// Points the symbolic link at `path` to `target` in one step, durably; a link that is there is replaced.
    package static func replaceLink(_ path: String, to target: String) throws(FileError) {
        let temporary = "\(path).\(getpid()).tmp"
        try remove(temporary)
        try retrying("link", temporary) { unsafe symlink(target, temporary) }
        try rename(temporary, to: path)
    }

    /// What the symbolic link at `path` says; nil where there is no link.
    package static func linkTarget(_ path: String) -> String? {
        var text = [UInt8](repeating: 0, count: Int(PATH_MAX))
        // The buffer holds PATH_MAX bytes; readlink writes no terminator.
        let count = unsafe text.withUnsafeMutableBytes {
            unsafe $0.baseAddress.map { unsafe readlink(path, $0, Int(PATH_MAX)) } ?? -1
        }
        return count < 0 ? nil : String(decoding: text[..<count], as: UTF8.self)
    }

    /// Gives the file at `source` a second name.
    package static func hardLink(_ source: String, to path: String) throws(FileError) {
        try retrying("link", source) { unsafe linkat(AT_FDCWD, source, AT_FDCWD, path, 0) }
    }

    /// Sets the permission bits of a file or folder that is no link.
    package static func setMode(_ path: String, _ mode: mode_t) throws(FileError) {
        try retrying("chmod", path) { unsafe chmod(path, mode) }
    }

    /// Size, permission bits and number of names of the regular file at `path`; nil where there is none.
    package static func status(_ path: String) -> (size: Int, mode: mode_t, names: Int)? {
        var status = stat()
        guard unsafe lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        return (Int(status.st_size), status.st_mode & 0o7777, Int(status.st_nlink))
    }

    /// Whether the folder at `path` is this user's, and nobody else may write in it.
    package static func isPrivateDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
            && status.st_uid == geteuid() && status.st_mode & 0o022 == 0
    }
}
