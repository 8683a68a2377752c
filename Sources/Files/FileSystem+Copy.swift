#if canImport(Glibc)
    import Glibc
#endif

extension FileSystem {
    /// Copies a file and syncs it; a file system that can share the blocks does. What stood at `destination` is emptied.
    package static func copy(_ source: String, to destination: String) throws(FileError) {
        let input = try OpenFile(reading: source), output = try OpenFile(creating: destination)
        if !shareBlocks(of: input, with: output) {
            let size = try input.size()
            var done = 0
            while done < size {
                let bytes = try input.read(min(size - done, 1 << 20), at: done)
                if bytes.isEmpty { throw .short(path: source, expected: size, found: done) }
                try output.write(bytes, at: done)
                done += bytes.count
            }
        }
        try output.sync()
    }

    /// Makes a file that shares the blocks of another one; false, and no file, where the file system can't.
    package static func clone(_ source: String, to destination: String) throws(FileError) -> Bool {
        let input = try OpenFile(reading: source)
        guard shareBlocks(of: input, with: try OpenFile(creating: destination)) else {
            try remove(destination)
            return false
        }
        return true
    }

    /// Asks for a reflink (Linux's FICLONE); false where the file system has none.
    private static func shareBlocks(of source: borrowing OpenFile, with destination: borrowing OpenFile) -> Bool {
        let clone: UInt = 0x4004_9409
        return ioctl(destination.descriptor, clone, source.descriptor) == 0
    }

    /// Adds bytes at the end of a file, and syncs it.
    package static func append(_ bytes: [UInt8], to path: String, mode: mode_t = 0o644) throws(FileError) {
        let file = try OpenFile(updating: path, mode: mode)
        try file.write(bytes, at: try file.size())
        try file.sync()
    }
}
