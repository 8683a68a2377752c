import Files
import Glibc

extension FileError: Explained {
    var message: String {
        switch self {
        case .failed(let operation, let path, let errno):
            "\(path): can't \(operation): \(unsafe String(cString: strerror(errno)))"
        case .exists(let path): "\(path): is already there"
        case .notRegular(let path): "\(path): is not a regular file"
        case .replaced(let path): "\(path): was replaced while it was read"
        case .locked(let path): "\(path): another run holds the lock"
        case .short(let path, let expected, let found): "\(path): ends after \(found) of \(expected) bytes"
        case .tooLarge(let path, let size, let limit): "\(path): has \(size) bytes, and \(limit) are the most"
        }
    }

    var hint: String? {
        switch self {
        case .failed("create", let path, ENOENT): "make the folder first: mkdir -p '\(FileSystem.parent(of: path))'"
        case .failed(_, _, ENOENT): "check the path; it is relative to the current folder"
        case .failed(_, _, EACCES), .failed(_, _, EPERM): "check the owner and permissions"
        case .failed(_, _, ENOSPC), .failed(_, _, EDQUOT): "free some space and run the command again"
        case .failed("rename", _, EISDIR), .failed("rename", _, EBUSY): "a folder stands there: name a file"
        case .exists: "choose another path, or remove it first"
        case .notRegular: "name a file; a folder, a pipe or a device won't do"
        case .replaced: "run the command again"
        case .locked: "wait for the other run to finish"
        default: nil
        }
    }
}
