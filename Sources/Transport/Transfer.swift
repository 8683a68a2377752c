internal import CLibCurl

/// One use of libcurl's handle.
@safe struct Transfer {
    private let handle: UnsafeMutableRawPointer?
    private let request: HTTPRequest

    /// `handle` is libcurl's, and stays while this is used.
    init(_ handle: UInt, _ request: HTTPRequest) {
        unsafe self.handle = UnsafeMutableRawPointer(bitPattern: handle)
        self.request = request
    }

    func prepare(_ options: HTTPOptions) throws(TransportError) {
        unsafe curl_easy_reset(handle)  // Keeps the connection.
        try set(CURLOPT_URL, request.address)
        // Nothing but http and https, at the start and after each redirect, which never leads out of https.
        try set(CURLOPT_PROTOCOLS_STR, "http,https")
        try set(CURLOPT_REDIR_PROTOCOLS_STR, request.address.lowercased().hasPrefix("https:") ? "https" : "http,https")
        // What a proxy says of itself is not the server's word.
        try set(CURLOPT_SUPPRESS_CONNECT_HEADERS, 1)
        let isBound = request.body != nil || request.signing != nil
        let redirects = isBound ? 0 : request.redirects ?? options.redirects
        try set(CURLOPT_FOLLOWLOCATION, redirects > 0 ? 1 : 0)
        try set(CURLOPT_MAXREDIRS, redirects)
        try set(CURLOPT_CONNECTTIMEOUT, options.connectSeconds)
        // A server that has got a body may be long about putting it away.
        try set(CURLOPT_LOW_SPEED_TIME, request.body == nil ? options.stallSeconds : max(options.stallSeconds, 300))
        try set(CURLOPT_LOW_SPEED_LIMIT, options.stallBytesPerSecond)
        try set(CURLOPT_TIMEOUT, request.seconds ?? 0)
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
        if let rate = options.bytesPerSecond { try set(CURLOPT_MAX_RECV_SPEED_LARGE, offset: rate) }
        if let range = request.range { try set(CURLOPT_RANGE, "\(range.lowerBound)-\(range.upperBound - 1)") }
        try prepareMethod()
        if let signing = request.signing { try sign(signing) }
    }

    private func sign(_ signing: RequestSigning) throws(TransportError) {
        // What is signed is what is asked for: no path is made shorter on the way.
        try set(CURLOPT_PATH_AS_IS, 1)
        try set(CURLOPT_AWS_SIGV4, "aws:amz:\(signing.region):\(signing.service)")
        try set(CURLOPT_USERNAME, signing.keyID)
        try set(CURLOPT_PASSWORD, signing.secret)
        // In place of the line `Expect:`, which libcurl would sign and not send: the body just follows.
        if isSmall { try set(CURLOPT_EXPECT_100_TIMEOUT_MS, 1) }
    }

    private func prepareMethod() throws(TransportError) {
        switch request.method {
        case "GET": break
        case "HEAD": try set(CURLOPT_NOBODY, 1)
        default:
            try set(CURLOPT_UPLOAD, 1)
            try set(CURLOPT_CUSTOMREQUEST, request.method)
            try set(CURLOPT_INFILESIZE_LARGE, offset: request.body?.count ?? 0)
            try set(CURLOPT_UPLOAD_BUFFERSIZE, 512 << 10)
        }
    }

    /// The request's own, and no round trip for a small body (RFC 9110, 10.1.1).
    private var headers: [String] {
        isSmall && request.body != nil && request.signing == nil ? request.headers + ["Expect:"] : request.headers
    }

    private var isSmall: Bool { request.body?.count ?? 0 < 1 << 20 }

    /// What libcurl holds against the transfer; nil for nothing.
    func run(into reception: Reception) throws(TransportError) -> TransportError? {
        var list: UnsafeMutablePointer<curl_slist>?
        // libcurl copies each line; the list lives as long as the transfer.
        for line in headers { unsafe list = unsafe curl_slist_append(list, line) }
        defer { unsafe curl_slist_free_all(list) }
        if unsafe list != nil { try check(unsafe modelpack_curl_set_headers(handle, list)) }
        let sending = Sending(request.body ?? .bytes([]))
        // Both outlive the transfer, the only time that the pointers are used.
        return try withExtendedLifetime((reception, sending)) { () throws(TransportError) in
            let receiver = unsafe Unmanaged.passUnretained(reception).toOpaque()
            let sender = unsafe Unmanaged.passUnretained(sending).toOpaque()
            try check(unsafe modelpack_curl_set_receiver(handle, receiveBody, receiveHeader, receiver))
            try check(unsafe modelpack_curl_set_watcher(handle, watch, receiver))
            try check(unsafe modelpack_curl_set_sender(handle, sendBody, rewindBody, sender))
            return translated(unsafe curl_easy_perform(handle), reception)
        }
    }

    private func set(_ option: CURLoption, _ value: Int) throws(TransportError) {
        try check(unsafe modelpack_curl_set_long(handle, option, value))
    }

    private func set(_ option: CURLoption, offset: Int) throws(TransportError) {
        try check(unsafe modelpack_curl_set_offset(handle, option, curl_off_t(offset)))
    }

    private func set(_ option: CURLoption, _ value: String) throws(TransportError) {
        // libcurl copies the text within the call.
        try check(unsafe modelpack_curl_set_string(handle, option, value))
    }

    private func check(_ code: CURLcode) throws(TransportError) {
        if code != CURLE_OK { throw .unreachable(address: request.address, reason: reason(code)) }
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

/// A request's body, and how much of it has gone.
private final class Sending {
    private let body: HTTPBody
    private var position = 0

    init(_ body: HTTPBody) { self.body = body }

    /// Copies the next bytes into libcurl's buffer, which has room for as many.
    @unsafe func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
        let count = min(buffer.count, body.count - position)
        switch body {
        case .bytes(let bytes): unsafe buffer.copyBytes(from: bytes[position..<position + count])
        case .file(let file, let range):
            let start = range.lowerBound + position
            let piece = file.bytes.extracting(start..<start + count)
            // Both buffers are valid for the call.
            unsafe piece.withUnsafeBytes { unsafe buffer.copyMemory(from: $0) }
            file.mapping.release(start..<start + count)
        }
        position += count
        return count
    }

    func rewind(to offset: Int) -> Bool {
        guard (0...body.count).contains(offset) else { return false }
        position = offset
        return true
    }
}

/// libcurl's call for each piece of a body; anything but the piece's size ends the transfer.
private func receiveBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    // The context is the `Reception` that `run` keeps alive; the bytes are valid for the call.
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

/// libcurl's call whether to go on, whatever the transfer does or doesn't; 0 for yes.
private func watch(
    _ context: UnsafeMutableRawPointer?, _: curl_off_t, _: curl_off_t, _: curl_off_t, _: curl_off_t
) -> Int32 {
    guard let context = unsafe context else { return 1 }
    // As in `receiveBody`.
    let reception = unsafe Unmanaged<Reception>.fromOpaque(context).takeUnretainedValue()
    return reception.mayGoOn() ? 0 : 1
}

/// libcurl's call for the next bytes to send; 0 at their end.
private func sendBody(
    _ bytes: UnsafeMutablePointer<CChar>?, _ size: Int, _ count: Int, _ context: UnsafeMutableRawPointer?
) -> Int {
    guard let context = unsafe context else { return 0 }
    // The context is the `Sending` that `run` keeps alive; the buffer is valid for the call.
    let sending = unsafe Unmanaged<Sending>.fromOpaque(context).takeUnretainedValue()
    return unsafe sending.take(into: UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
}

/// libcurl's call to send from another place on, as when a kept connection turns out to be closed.
private func rewindBody(_ context: UnsafeMutableRawPointer?, _ offset: curl_off_t, _ origin: Int32) -> Int32 {
    guard let context = unsafe context, origin == 0 else { return CURL_SEEKFUNC_FAIL }
    // As in `sendBody`.
    let sending = unsafe Unmanaged<Sending>.fromOpaque(context).takeUnretainedValue()
    return sending.rewind(to: Int(offset)) ? CURL_SEEKFUNC_OK : CURL_SEEKFUNC_FAIL
}
