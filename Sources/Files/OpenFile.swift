#if canImport(Glibc)
    import Glibc
#endif

/// An open regular file, closed when it goes out of scope.
package struct OpenFile: ~Copyable, Sendable {
    package let descriptor: Int32
    package let path: String

    /// Opens an existing regular file for reading.
    package init(reading path: String) throws(FileError) {
        try self.init(path, flags: O_RDONLY, mode: 0)
    }

    /// Creates a file, or empties the one that is there, for reading and writing.
    package init(creating path: String, mode: mode_t = 0o644) throws(FileError) {
        try self.init(path, flags: O_RDWR | O_CREAT | O_TRUNC, mode: mode)
    }

    /// Opens a file for reading and writing, keeping what is in it, or creates it.
    package init(updating path: String, mode: mode_t = 0o644) throws(FileError) {
        try self.init(path, flags: O_RDWR | O_CREAT | O_NOFOLLOW, mode: mode)
    }

    private init(_ path: String, flags: Int32, mode: mode_t) throws(FileError) {
        descriptor = try Self.open(path, flags, mode)
        self.path = path
    }

    private static func open(_ path: String, _ flags: Int32, _ mode: mode_t) throws(FileError) -> Int32 {
        let operation = flags & O_TRUNC == 0 ? "open" : "create"
        let descriptor = try retrying(operation, path) { unsafe Glibc.open(path, flags | O_CLOEXEC | O_NONBLOCK, mode) }
        var status = stat()
        let known = unsafe fstat(descriptor, &status) == 0
        if known, status.st_mode & S_IFMT == S_IFREG { return descriptor }
        let failure = known ? FileError.notRegular(path: path) : .last("stat", path)
        close(descriptor)
        throw failure
    }

    deinit { close(descriptor) }

    /// The file's size in bytes.
    package func size() throws(FileError) -> Int {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("stat", path) }
        return Int(status.st_size)
    }

    /// What tells files apart that are there at the same time.
    struct Identity: Equatable, Sendable {
        let device: UInt64
        let number: UInt64
    }

    func identity() throws(FileError) -> Identity {
        var status = stat()
        guard unsafe fstat(descriptor, &status) == 0 else { throw .last("stat", path) }
        return Identity(device: UInt64(status.st_dev), number: UInt64(status.st_ino))
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: RawSpan, at offset: Int) throws(FileError) {
        var done = 0
        while done < bytes.byteCount {
            let rest = bytes.extracting(droppingFirst: done)
            // The buffer is valid for the call.
            let wrote = unsafe rest.withUnsafeBytes {
                unsafe pwrite(descriptor, $0.baseAddress, $0.count, offset + done)
            }
            if wrote >= 0 {
                done += wrote
            } else if errno != EINTR {
                throw .last("write", path)
            }
        }
    }

    package func write(_ bytes: [UInt8], at offset: Int) throws(FileError) {
        try unsafe write(bytes.span.bytes, at: offset)  // Bytes have no padding.
    }

    /// Reads `count` bytes at `offset`; fewer are there only at the file's end.
    package func read(_ count: Int, at offset: Int) throws(FileError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        var done = 0
        while done < count {
            // In bounds: `done < count`, and the buffer holds `count` bytes.
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress.map { unsafe $0 + done }, count - done, offset + done)
            }
            if got == 0 { break }
            if got > 0 {
                done += got
            } else if errno != EINTR {
                throw .last("read", path)
            }
        }
        bytes.removeLast(count - done)
        return bytes
    }

    /// Fills `buffer` from `offset` on and tells how many bytes there were: 0 only at the file's end.
    package func read(into buffer: inout [UInt8], at offset: Int) throws(FileError) -> Int {
        try retrying("read", path) {
            // The buffer holds as many bytes as it says.
            unsafe buffer.withUnsafeMutableBytes { unsafe pread(descriptor, $0.baseAddress, $0.count, offset) }
        }
    }

    /// Gives `body` all bytes of the file, in order, through a small window of memory.
    package func forEachPiece(_ body: (RawSpan) throws -> Void) throws {
        var window = [UInt8](repeating: 0, count: 1 << 18)
        var offset = 0
        while case let count = try read(into: &window, at: offset), count > 0 {
            try body(unsafe window.span.bytes.extracting(first: count))  // Bytes have no padding.
            offset += count
        }
    }

    /// Sets the file's size; a longer file is filled with zeros.
    package func resize(to size: Int) throws(FileError) {
        try retrying("resize", path) { ftruncate(descriptor, off_t(size)) }
    }

    /// Returns when the file's bytes are on the disk.
    package func sync() throws(FileError) {
        try retrying("sync", path) { fsync(descriptor) }
    }

    /// Sets the permission bits.
    package func setMode(_ mode: mode_t) throws(FileError) {
        try retrying("chmod", path) { fchmod(descriptor, mode) }
    }
}
