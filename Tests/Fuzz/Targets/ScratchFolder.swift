import Files

#if canImport(Glibc)
    import Glibc
#endif

/// A folder in memory, for parsers that read files; the name is the process's, and each input overwrites the last one's.
func withScratchFolder(_ body: (String) throws -> Void) throws {
    let parent = unsafe getenv("FUZZ_SCRATCH").map { unsafe String(cString: $0) } ?? "/dev/shm"
    let folder = "\(parent)/modelpack-fuzz-\(getpid())"
    try FileSystem.createDirectory(folder)
    try body(folder)
}
