#if canImport(Glibc)
    import Glibc
#endif

/// What this room does with names: whole files and folders, durably.
package enum FileSystem {
    /// The bytes of a file that is at most `limit` bytes long.
    package static func read(_ path: String, limit: Int = 64 << 20) throws(FileError) -> [UInt8] {
        let file = try OpenFile(reading: path)
        let size = try file.size()
        guard size <= limit else { throw .tooLarge(path: path, size: size, limit: limit) }
        return try file.read(size, at: 0)
    }

    /// Replaces the file at `path`, or creates it: readers see the old bytes or the new, also after a power cut.
    /// Without `syncingFolder` a power cut may bring the old bytes back.
    package static func replace(
        _ path: String, with bytes: [UInt8], mode: mode_t = 0o644, syncingFolder: Bool = true
    ) throws(FileError) {
        let temporary = temporaryName(for: path)
        do {
            let file = try OpenFile(creating: temporary, mode: mode)
            try file.setMode(mode)
            try file.write(bytes, at: 0)
            try file.sync()
            try move(temporary, to: path)
        } catch {
            unsafe unlink(temporary)
            throw error
        }
        if syncingFolder { try syncDirectory(parent(of: path)) }
    }

    /// A name beside `path` for what will replace it; no other process uses it.
    package static func temporaryName(for path: String) -> String { path + temporaryEnding }

    static var temporaryEnding: String { ".\(getpid()).tmp" }

    /// Makes a new folder in `parent` that only this user can enter.
    package static func makeTemporaryFolder(in parent: String) throws(FileError) -> String {
        // mkdtemp replaces the last six characters, which must be this one, in place.
        var template = Array((parent + "/modelpack-" + String(repeating: "X", count: 6)).utf8CString)
        let made = unsafe template.withUnsafeMutableBufferPointer { buffer in
            guard let start = buffer.baseAddress else { return false }
            return unsafe mkdtemp(start) != nil
        }
        guard made else { throw .last("create folder", parent) }
        return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    /// Renames within one file system and syncs the folder; what was at `destination` is replaced in one step.
    package static func rename(_ source: String, to destination: String) throws(FileError) {
        try move(source, to: destination)
        try syncDirectory(parent(of: destination))
    }

    /// Devices, pipes and sockets aren't replaced: for root a file in place of /dev/null would be the machine's end.
    private static func move(_ source: String, to destination: String) throws(FileError) {
        var there = stat()
        if unsafe lstat(destination, &there) == 0, ![S_IFREG, S_IFDIR, S_IFLNK].contains(there.st_mode & S_IFMT) {
            throw .notRegular(path: destination)
        }
        try retrying("rename", source) { unsafe Glibc.rename(source, destination) }
    }

    /// Makes the names in a folder durable.
    package static func syncDirectory(_ path: String) throws(FileError) {
        let descriptor = try retrying("open", path) { unsafe open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC) }
        defer { close(descriptor) }
        try retrying("sync", path) { fsync(descriptor) }
    }

    /// Creates a folder and those above it; one that is there is left alone.
    package static func createDirectory(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        if isDirectory(path) { return }
        let above = parent(of: path)
        if above != path { try createDirectory(above, mode: mode) }
        if unsafe mkdir(path, mode) != 0, errno != EEXIST { throw .last("create folder", path) }
    }

    /// Creates a folder and those above it, durably.
    package static func makeDirectory(_ path: String, mode: mode_t = 0o755) throws(FileError) {
        if isDirectory(path) { return }
        let above = parent(of: path)
        if above != path { try makeDirectory(above, mode: mode) }
        try createDirectory(path, mode: mode)
        try syncDirectory(above)
    }

    /// The names in a folder, sorted, without `.` and `..`.
    package static func list(_ path: String) throws(FileError) -> [String] {
        guard let folder = unsafe opendir(path) else { throw .last("list", path) }
        defer { unsafe closedir(folder) }
        var names: [String] = []
        while let entry = unsafe readdir(folder) {
            // d_name is NUL-terminated within the entry.
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe $0.withMemoryRebound(to: CChar.self, capacity: 256) { unsafe String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Removes a file, a link or a whole folder; following no links. Nothing there is no error.
    package static func remove(_ path: String) throws(FileError) {
        var status = stat()
        if unsafe lstat(path, &status) != 0 {
            if errno == ENOENT { return }
            throw .last("stat", path)
        }
        if status.st_mode & S_IFMT == S_IFDIR {
            unsafe chmod(path, status.st_mode | 0o700)
            for name in try list(path) { try remove(path + "/" + name) }
            try retrying("remove", path) { unsafe rmdir(path) }
        } else {
            try retrying("remove", path) { unsafe unlink(path) }
        }
    }

    package static func exists(_ path: String) -> Bool {
        var status = stat()
        return unsafe lstat(path, &status) == 0
    }

    /// What a path names, following no link.
    package enum Kind: Sendable { case file, directory, other }

    /// What stands at `path` itself: a link is `other`, wherever it leads.
    package static func kind(of path: String) throws(FileError) -> Kind {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { throw .last("stat", path) }
        return switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .directory
        default: .other
        }
    }

    /// Whether two paths lead to one file.
    package static func isSame(_ left: String, _ right: String) -> Bool {
        var ours = stat(), theirs = stat()
        guard unsafe stat(left, &ours) == 0, unsafe stat(right, &theirs) == 0 else { return false }
        return ours.st_dev == theirs.st_dev && ours.st_ino == theirs.st_ino
    }

    package static func isDirectory(_ path: String) -> Bool {
        var status = stat()
        return unsafe stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
    }

    /// Bytes that this user may still write where `path` is.
    package static func freeSpace(at path: String) throws(FileError) -> Int {
        var status = statvfs()
        guard unsafe statvfs(path, &status) == 0 else { throw .last("measure free space", path) }
        return Int(status.f_bavail) * Int(status.f_frsize)
    }

    /// The folder that holds `path`: `/` for a name directly below it, `.` for a bare name.
    package static func parent(of path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "." }
        return slash == path.startIndex ? "/" : String(path[..<slash])
    }

    /// The last component of `path`.
    package static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }
}
