/// What arrives for one request: judged by its headers first, then handed on piece by piece.
final class Reception {
    let address: String
    private let range: Range<Int>?
    private let limit: Int
    private let sink: (RawSpan) throws -> Void

    /// The last response's status; 0 before there is one.
    private(set) var status = 0
    private var contentRange = ""
    /// The body's length as its header says, or what was asked for.
    private(set) var announced = 0
    /// How many bytes were handed on.
    private(set) var count = 0
    private var failure: (any Error)?

    init(address: String, range: Range<Int>?, limit: Int, sink: @escaping (RawSpan) throws -> Void) {
        self.address = address
        self.range = range
        self.limit = limit
        self.sink = sink
    }

    /// Takes a header line; a status line begins anew, for after a redirect comes another response.
    func take(header line: String) {
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", maxSplits: 2)
            status = words.count > 1 ? Int(words[1].prefix { $0.isNumber }) ?? 0 : 0
            contentRange = ""
            announced = range?.count ?? 0
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].filter { !$0.isNewline }.drop { $0 == " " || $0 == "\t" }
        switch line[..<colon].lowercased() {
        case "content-range": contentRange = String(value)
        case "content-length": announced = Int(value) ?? announced
        default: break
        }
    }

    /// Takes a piece of the body; false ends the transfer.
    func take(body piece: RawSpan) -> Bool {
        do {
            try checkHeaders()
            guard piece.byteCount <= limit - count else { throw TransportError.tooLong(address: address, limit: limit) }
            count += piece.byteCount
            try sink(piece)
            return true
        } catch {
            failure = error
            return false
        }
    }

    /// Throws what went wrong, first cause first; `problem` is libcurl's view.
    func finish(with problem: TransportError?) throws {
        if let failure { throw failure }
        if let problem { throw problem }
        try checkHeaders()
        if let range, count != range.count {
            throw TransportError.truncated(address: address, expected: range.count, found: count)
        }
    }

    private func checkHeaders() throws(TransportError) {
        switch status {
        case 403, 404, 410: throw .notFound(address: address)
        case 200 where range != nil: throw .rangeIgnored(address: address)
        case 200: if announced > limit { throw .tooLong(address: address, limit: limit) }
        case 206:
            guard let range else { throw .refused(address: address, status: status) }
            let expected = "bytes \(range.lowerBound)-\(range.upperBound - 1)/"
            guard contentRange.hasPrefix(expected) else {
                throw .wrongRange(address: address, expected: range, found: contentRange)
            }
        default: throw .refused(address: address, status: status)
        }
    }
}
