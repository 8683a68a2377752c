internal import CLibCurl
import Synchronization

/// A repository on a web server, through libcurl. One connection, kept open; a second thread waits for its turn.
package final class HTTPSource: Source {
    private let base: String
    private let options: HTTPOptions
    /// libcurl's handle as an integer, so that the source is `Sendable` by structure; held while it is used.
    private let address: Mutex<UInt>

    /// libcurl wants this once in a process.
    static let initialized = curl_global_init(Int(CURL_GLOBAL_ALL)) == CURLE_OK

    /// Takes the address of the repository; its text is kept as it is, a slash is added at the end.
    package init(_ base: String, options: HTTPOptions = HTTPOptions()) throws(TransportError) {
        guard Self.initialized, let handle = unsafe curl_easy_init() else {
            throw .unreachable(address: base, reason: "libcurl can't be set up")
        }
        self.base = base.hasSuffix("/") ? base : base + "/"
        self.options = options
        address = Mutex(UInt(bitPattern: handle))
    }

    deinit {
        // Nobody else can have it any more, and libcurl made it.
        address.withLock { unsafe curl_easy_cleanup(UnsafeMutableRawPointer(bitPattern: $0)) }
    }

    package func another() throws(TransportError) -> any Source { try HTTPSource(base, options: options) }

    package func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws {
        try transfer(path, range: nil, limit: limit, sink)
    }

    package func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws {
        if range.isEmpty { return }
        try transfer(path, range: range, limit: range.count, sink)
    }

    private func transfer(
        _ path: String, range: Range<Int>?, limit: Int, _ sink: (RawSpan) throws -> Void
    ) throws {
        try withoutActuallyEscaping(sink) { sink in
            let reception = Reception(address: base + path, range: range, limit: limit, sink: sink)
            try address.withLock { handle throws in
                let transfer = Transfer(handle, address: reception.address)
                try transfer.prepare(options, range)
                // `reception` outlives the transfer, the only time that the pointer is used.
                try withExtendedLifetime(reception) {
                    let context = unsafe Unmanaged.passUnretained(reception).toOpaque()
                    try reception.finish(with: unsafe transfer.run(into: context, reception))
                }
            }
        }
    }
}

/// One use of libcurl's handle.
@safe private struct Transfer {
    private let handle: UnsafeMutableRawPointer?
    private let address: String

    /// `handle` is libcurl's, and stays while this is used.
    init(_ handle: UInt, address: String) {
        unsafe self.handle = UnsafeMutableRawPointer(bitPattern: handle)
        self.address = address
    }

    func prepare(_ options: HTTPOptions, _ range: Range<Int>?) throws(TransportError) {
        unsafe curl_easy_reset(handle)  // Keeps the connection.
        try set(CURLOPT_URL, address)
        // Nothing but http and https, at the start and after each redirect.
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_FOLLOWLOCATION, 1)
        try set(CURLOPT_MAXREDIRS, options.redirects)
        try set(CURLOPT_CONNECTTIMEOUT, options.connectSeconds)
        try set(CURLOPT_LOW_SPEED_TIME, options.stallSeconds)
        try set(CURLOPT_LOW_SPEED_LIMIT, options.stallBytesPerSecond)
        try set(CURLOPT_NOSIGNAL, 1)
        // A limited rate is kept by pauses between pieces, which must be small for it.
        try set(CURLOPT_BUFFERSIZE, options.bytesPerSecond == nil ? 256 << 10 : 16 << 10)
        try set(CURLOPT_USERAGENT, options.userAgent)
        if let proxy = options.proxy { try set(CURLOPT_PROXY, proxy) }
        if let authorities = options.authorities { try set(CURLOPT_CAINFO, authorities) }
        if let identity = options.identity {
            try set(CURLOPT_SSLCERT, identity.certificate)
            try set(CURLOPT_SSLKEY, identity.key)
        }
        if let range { try set(CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound - 1)") }
        if let rate = options.bytesPerSecond {
            try check(unsafe modelpack_curl_set_offset(handle, CURLOPT_MAX_RECV_SPEED_LARGE, curl_off_t(rate)))
        }
    }

    /// What libcurl holds against the transfer; nil for nothing. `context` points to the reception.
    @unsafe func run(into context: UnsafeMutableRawPointer, _ reception: Reception) throws -> TransportError? {
        try check(unsafe modelpack_curl_set_receiver(handle, receiveBody, receiveHeader, context))
        return translated(unsafe curl_easy_perform(handle), reception)
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe modelpack_curl_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        // libcurl copies the text within the call.
        try check(unsafe modelpack_curl_set_string(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        if code != CURLE_OK { throw .unreachable(address: address, reason: reason(code)) }
    }

    private func reason(_ code: CURLcode) -> String {
        // A constant text of libcurl's.
        unsafe String(cString: curl_easy_strerror(code))
    }

    private func translated(_ code: CURLcode, _ reception: Reception) -> TransportError? {
        let address = reception.address
        return switch code {
        case CURLE_OK: nil
        case CURLE_OPERATION_TIMEDOUT: .timedOut(address: address)
        case CURLE_TOO_MANY_REDIRECTS: .badRedirect(address: address)
        case CURLE_UNSUPPORTED_PROTOCOL:
            reception.status == 0 ? .badAddress(address) : .badRedirect(address: address)
        case CURLE_URL_MALFORMAT: .badAddress(address)
        case CURLE_PARTIAL_FILE:
            .truncated(address: address, expected: reception.announced, found: reception.count)
        default: .unreachable(address: address, reason: reason(code))
        }
    }
}

/// libcurl's call for each piece of a body; anything but the piece's size ends the transfer.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    // The context is the `Reception` that `transfer` keeps alive; the bytes are valid for the call.
    let reception = unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    let piece = unsafe RawSpan(_unsafeBytes: UnsafeRawBufferPointer(start: bytes, count: size * count))
    return reception.take(body: piece) ? size * count : Int(CURL_WRITEFUNC_ERROR)
}

/// libcurl's call for each header line, redirects' included.
private func receiveHeader(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    // As in `receiveBody`.
    let reception = unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    let line = unsafe String(decoding: UnsafeRawBufferPointer(start: bytes, count: size * count), as: UTF8.self)
    reception.take(header: line)
    return size * count
}
