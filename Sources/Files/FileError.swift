import Failures

#if canImport(Glibc)
    import Glibc
#endif

/// Why a local file could not be used.
package enum FileError: Error, Equatable {
    /// A system call failed; `errno` tells why.
    case failed(operation: String, path: String, errno: Int32)
    /// Something that must not be overwritten is already there.
    case exists(path: String)
    /// The path names a link, a device or a folder where a regular file must be.
    case notRegular(path: String)
    /// Another file has taken the name since it was opened.
    case replaced(path: String)
    /// Another process holds the lock.
    case locked(path: String)
    /// The file ended early, as when somebody truncates it while it is read.
    case short(path: String, expected: Int, found: Int)
    /// The file is larger than what is read there.
    case tooLarge(path: String, size: Int, limit: Int)

    /// A file with a temporary name is told by the one that it would have got.
    static func last(_ operation: String, _ path: String) -> FileError {
        let ending = FileSystem.temporaryEnding
        let path = path.hasSuffix(ending) ? String(path.dropLast(ending.count)) : path
        return .failed(operation: operation, path: path, errno: errno)
    }
}

/// Calls `body` again as long as a signal interrupts it, and throws what errno says when it answers -1.
@discardableResult
func retrying<Result: SignedInteger>(
    _ operation: String, _ path: String, _ body: () -> Result
) throws(FileError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        if errno != EINTR { throw .last(operation, path) }
    }
}

extension FileError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .locked: .locked
        case .failed(_, _, ENOSPC), .failed(_, _, EDQUOT): .noSpace
        case .tooLarge: .damaged
        default: .localFile
        }
    }
}
