/// A repository on a web server. One connection, kept open; a second thread waits for its turn.
package final class HTTPSource: Source {
    private let base: String
    private let client: HTTPClient

    /// Takes the address of the repository; its text is kept as it is, a slash is added at the end.
    package init(_ base: String, options: HTTPOptions = HTTPOptions()) throws(TransportError) {
        self.base = base.hasSuffix("/") ? base : base + "/"
        client = try HTTPClient(options: options)
    }

    package func another() throws(TransportError) -> any Source { try HTTPSource(base, options: client.options) }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        try client.exchange(HTTPRequest("GET", base + path), limit: limit, into: sink).mustSucceed(base + path)
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        if range.isEmpty { return }
        var request = HTTPRequest("GET", base + path)
        request.range = range
        try client.exchange(request, limit: range.count, into: sink).mustSucceed(base + path)
    }
}

extension HTTPResponse {
    /// Throws what a status other than success says of the file at `address`.
    fileprivate func mustSucceed(_ address: String) throws(TransportError) {
        switch status {
        case 200, 206: break
        case 403, 404, 410: throw .notFound(address: address)
        default: throw .refused(address: address, status: status)
        }
    }
}
