import Files

#if canImport(Glibc)
    import Glibc
#endif

/// Writes a file in place: what counts here is speed.
func overwrite(_ path: String, with bytes: [UInt8]) throws {
    // The path is valid for the call.
    let file = unsafe open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    defer { close(file) }
    // Written from the array in one call; files in memory take all of it.
    let count = unsafe bytes.withUnsafeBytes { unsafe write(file, $0.baseAddress, $0.count) }
    guard count == bytes.count else { throw FileError.short(path: path, expected: bytes.count, found: count) }
}

/// A folder in memory, for parsers that read files; the name is the process's, and each input overwrites the last one's.
func withScratchFolder(_ body: (String) throws -> Void) throws {
    let parent = unsafe getenv("FUZZ_SCRATCH").map { unsafe String(cString: $0) } ?? "/dev/shm"
    let folder = "\(parent)/modelpack-fuzz-\(getpid())"
    try FileSystem.createDirectory(folder)
    try body(folder)
}
