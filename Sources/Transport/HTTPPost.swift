internal import CLibCurl

/// Sends a JSON text to an address; throws unless the server takes it with a status from 200 to 299.
///
/// Follows no redirect: what the owner lets be sent goes where the owner said.
package func post(_ json: [UInt8], to address: String, options: HTTPOptions = HTTPOptions()) throws(TransportError) {
    guard HTTPSource.initialized, let handle = unsafe curl_easy_init() else {
        throw .unreachable(address: address, reason: "libcurl can't be set up")
    }
    defer { unsafe curl_easy_cleanup(handle) }
    // An empty Expect: no second round for a few hundred bytes.
    var headers = unsafe curl_slist_append(nil, "Content-Type: application/json")
    unsafe headers = unsafe curl_slist_append(headers, "Expect:")
    defer { unsafe curl_slist_free_all(headers) }
    var code = unsafe modelpack_curl_set_string(handle, CURLOPT_URL, address)
    func set(_ option: CURLoption, _ value: Int) {
        if code == CURLE_OK { code = unsafe modelpack_curl_set_long(handle, option, value) }
    }
    func set(_ option: CURLoption, _ value: String) {
        // libcurl copies the text within the call.
        if code == CURLE_OK { code = unsafe modelpack_curl_set_string(handle, option, value) }
    }
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_CONNECTTIMEOUT, options.connectSeconds)
    set(CURLOPT_TIMEOUT, options.connectSeconds + options.stallSeconds)
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_USERAGENT, options.userAgent)
    if let proxy = options.proxy { set(CURLOPT_PROXY, proxy) }
    if let authorities = options.authorities { set(CURLOPT_CAINFO, authorities) }
    if let identity = options.identity {
        set(CURLOPT_SSLCERT, identity.certificate)
        set(CURLOPT_SSLKEY, identity.key)
    }
    if code == CURLE_OK {
        // What the server says beside its status is taken and dropped.
        code = unsafe modelpack_curl_set_receiver(handle, { _, size, count, _ in size * count }, nil, nil)
    }
    if code == CURLE_OK {
        // The bytes and the list are valid for the call and the transfer.
        code = unsafe json.withUnsafeBytes {
            unsafe modelpack_curl_set_post(handle, $0.baseAddress, $0.count, headers)
        }
    }
    if code == CURLE_OK { code = unsafe curl_easy_perform(handle) }
    if code == CURLE_OPERATION_TIMEDOUT { throw .timedOut(address: address) }
    if code != CURLE_OK {
        // A constant text of libcurl's.
        throw .unreachable(address: address, reason: unsafe String(cString: curl_easy_strerror(code)))
    }
    let status = unsafe modelpack_curl_status(handle)
    guard (200..<300).contains(status) else { throw .refused(address: address, status: status) }
}
