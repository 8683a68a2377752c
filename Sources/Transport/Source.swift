/// A place that files are fetched from.
///
/// Paths are relative and written as in a URL: `/` between components, percent-encoded within them.
package protocol Source: Sendable {
    /// Gives the file's bytes to `sink` in pieces, in order; never more than `limit` of them.
    ///
    /// Throws `TransportError`, or what `sink` throws, which ends the transfer.
    func fetch(_ path: String, limit: Int, into sink: (RawSpan) throws -> Void) throws

    /// Gives exactly the bytes of `range` to `sink` in pieces, in order.
    ///
    /// Throws `TransportError`, or what `sink` throws, which ends the transfer.
    func fetch(_ path: String, range: Range<Int>, into sink: (RawSpan) throws -> Void) throws

    /// The whole file, which is at most `limit` bytes long.
    func fetch(_ path: String, limit: Int) throws -> [UInt8]

    /// The same; nil where there is no such file, which is nothing unusual.
    func fetch(ifPresent path: String, limit: Int) throws -> [UInt8]?

    /// Another connection to the same place: transfers over one go on one after the other.
    func another() throws(TransportError) -> any Source

    /// Turns to another place that has the same files, where there is one; false once all have had their turn.
    func turn() -> Bool
}

extension Source {
    package func fetch(_ path: String, limit: Int) throws -> [UInt8] {
        var bytes: [UInt8] = []
        try fetch(path, limit: limit) { piece in
            // Read within the call only.
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    package func fetch(ifPresent path: String, limit: Int) throws -> [UInt8]? {
        do { return try fetch(path, limit: limit) } catch TransportError.notFound { return nil }
    }

    package func turn() -> Bool { false }
}

/// The source that an address names: `http://`, `https://`, or else a folder.
package func source(at address: String, options: HTTPOptions = HTTPOptions()) throws(TransportError) -> any Source {
    let lowercase = address.lowercased()
    if lowercase.hasPrefix("http://") || lowercase.hasPrefix("https://") {
        return try HTTPSource(address, options: options)
    }
    guard !address.isEmpty, !lowercase.contains("://") else { throw .badAddress(address) }
    return DirectorySource(address)
}

/// Text as one component of a URL's path: all but letters, digits and `-._~` percent-encoded.
package func urlComponent(_ text: String) -> String {
    let digits = Array("0123456789ABCDEF".utf8)
    var result: [UInt8] = []
    for byte in text.utf8 {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x5F, 0x7E: result.append(byte)
        default: result += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        }
    }
    return String(decoding: result, as: UTF8.self)
}

/// A path of several components as it stands in a URL.
package func urlPath(_ path: String) -> String {
    path.split(separator: "/", omittingEmptySubsequences: false).map { urlComponent(String($0)) }.joined(separator: "/")
}

/// Whether `HOST[:PORT]` is this machine, where nobody listens in.
package func isLoopback(_ host: String) -> Bool {
    let name = host.hasPrefix("[") ? host.prefix { $0 != "]" } + "]" : host.prefix { $0 != ":" }
    return name == "localhost" || name == "[::1]"
        || name.hasPrefix("127.") && name.split(separator: ".").count == 4
            && name.allSatisfy { $0.isNumber || $0 == "." }
}
