internal import CLibCurl
import Synchronization

/// A web client, through libcurl. One connection, kept open; a second thread waits for its turn.
package final class HTTPClient: Sendable {
    package let options: HTTPOptions
    /// libcurl's handle as an integer, so that the client is `Sendable` by structure; held while it is used.
    private let handle: Mutex<UInt>

    /// libcurl wants this once in a process.
    private static let initialized = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    package init(options: HTTPOptions = HTTPOptions()) throws(TransportError) {
        guard Self.initialized, let handle = unsafe curl_easy_init() else {
            throw .unreachable(address: "", reason: "libcurl can't be set up")
        }
        self.options = options
        self.handle = Mutex(UInt(bitPattern: handle))
    }

    deinit {
        // Nobody else can have it any more, and libcurl made it.
        handle.withLock { unsafe curl_easy_cleanup(UnsafeMutableRawPointer(bitPattern: $0)) }
    }

    /// Sends the request; a successful answer's body, at most `limit` bytes, goes to `sink` piece by piece.
    ///
    /// Any status of the server is an answer. Throws `TransportError` where there is none, and for a body that isn't
    /// what was asked for, or what `sink` throws, which ends the transfer.
    package func exchange(
        _ request: HTTPRequest, limit: Int, into sink: (RawSpan) throws -> Void
    ) throws -> HTTPResponse {
        try withoutActuallyEscaping(sink) { sink in
            let reception = Reception(
                address: request.address, range: request.range, limit: limit, checkpoint: options.checkpoint, sink: sink
            )
            return try handle.withLock { handle throws in
                let transfer = Transfer(handle, request)
                try transfer.prepare(options)
                return try reception.response(after: try transfer.run(into: reception))
            }
        }
    }

    /// The same for a body that is taken whole.
    package func exchange(_ request: HTTPRequest, limit: Int) throws -> (HTTPResponse, body: [UInt8]) {
        var bytes: [UInt8] = []
        let response = try exchange(request, limit: limit) { piece in
            // Read within the call only.
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return (response, bytes)
    }
}

/// Sends a JSON text to an address; throws unless the server takes it with a status from 200 to 299.
///
/// Follows no redirect: what the owner lets be sent goes where the owner said.
package func post(_ json: [UInt8], to address: String, options: HTTPOptions = HTTPOptions()) throws {
    var request = HTTPRequest("POST", address)
    request.headers = ["Content-Type: application/json"]
    request.body = .bytes(json)
    request.seconds = options.connectSeconds + options.stallSeconds
    // What the server says beside its status is taken and dropped.
    let response = try HTTPClient(options: options).exchange(request, limit: 1 << 20) { _ in }
    guard response.isSuccess else { throw TransportError.refused(address: address, status: response.status) }
}
