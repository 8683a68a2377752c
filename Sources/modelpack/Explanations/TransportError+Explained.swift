import Glibc
import Transport

extension TransportError: Explained {
    var message: String {
        switch self {
        case .notFound(let address): "\(address): isn't there"
        case .tooLong(let address, let limit): "\(address): is longer than the \(limit) bytes it may have"
        case .truncated(let address, let expected, let found): "\(address): ends after \(found) of \(expected) bytes"
        case .timedOut(let address): "\(address): no answer in time"
        case .rangeIgnored(let address): "\(address): the server sends the whole file where a part was asked for"
        case .wrongRange(let address, let expected, let found):
            "\(address): asked for bytes \(expected.lowerBound)-\(expected.upperBound - 1), got '\(found)'"
        case .refused(let address, let status): "\(address): the server answers with status \(status)"
        case .badRedirect(let address): "\(address): redirected too often, or to something that isn't http or https"
        case .unreachable(let address, let reason): "\(address): \(reason)"
        case .badAddress(let address): "'\(address)' is not an address to fetch from"
        case .unreadable(let address, let errno): "\(address): can't read: \(unsafe String(cString: strerror(errno)))"
        }
    }

    var hint: String? {
        switch self {
        case .notFound: "check the repository's address, and that it was published whole"
        case .timedOut, .unreachable: "check the network and the repository's address; then run the command again"
        case .badAddress: "use https://…, http://…, oci://… or a folder"
        case .unreadable: "check the owner and permissions"
        default: "ask who runs the server"
        }
    }
}
