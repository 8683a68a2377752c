import Failures

/// Why something could not be fetched. `address` is the URL or path that was asked for.
package enum TransportError: Error, Equatable {
    /// The repository answers, and has no such file. (403 counts: it is how buckets say so.)
    case notFound(address: String)
    /// More bytes came, or were announced, than the file may have.
    case tooLong(address: String, limit: Int)
    /// The body ended early.
    case truncated(address: String, expected: Int, found: Int)
    /// No connection within the time allowed, or hardly any bytes for as long.
    case timedOut(address: String)
    /// The server sent the whole file where a part was asked for.
    case rangeIgnored(address: String)
    /// The server sent another part than the one asked for; `found` is its Content-Range.
    case wrongRange(address: String, expected: Range<Int>, found: String)
    /// A status that is neither success nor "not found".
    case refused(address: String, status: Int)
    /// A redirect led out of http and https, or too far.
    case badRedirect(address: String)
    /// No connection, or one that broke; `reason` is libcurl's.
    case unreachable(address: String, reason: String)
    /// The repository's address or the path in it can't be used.
    case badAddress(String)
    /// A file of a repository in a folder can't be read.
    case unreadable(address: String, errno: Int32)
}

extension TransportError: ModelpackError {
    package var kind: FailureKind {
        switch self {
        case .badAddress: .usage
        case .unreadable: .localFile
        default: .notAvailable
        }
    }
}
