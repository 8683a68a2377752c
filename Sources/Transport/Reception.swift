/// What arrives for one request: judged by its headers first, then handed on piece by piece.
final class Reception {
    let address: String
    private let range: Range<Int>?
    private let limit: Int
    private let checkpoint: () throws -> Void
    private let sink: (RawSpan) throws -> Void

    /// The last response's status; 0 before there is one.
    private(set) var status = 0
    /// Whether the last response is another address's than the one that was asked.
    private var wasRedirected = false
    private var headers: [(name: String, value: String)] = []
    /// The body's length as its header says, or what was asked for.
    private(set) var announced = 0
    /// How many bytes were handed on.
    private(set) var count = 0
    private var explanation: [UInt8] = []
    private var failure: (any Error)?

    /// Bytes that are kept of what a server says beside a status that is no success.
    private static let explanationLimit = 64 << 10

    init(
        address: String, range: Range<Int>?, limit: Int, checkpoint: @escaping () throws -> Void,
        sink: @escaping (RawSpan) throws -> Void
    ) {
        self.address = address
        self.range = range
        self.limit = limit
        self.checkpoint = checkpoint
        self.sink = sink
    }

    /// Takes a header line; a status line begins anew, for after a redirect comes another response.
    func take(header line: String) {
        if line.hasPrefix("HTTP/") {
            let words = line.split(separator: " ", maxSplits: 2)
            if (300..<400).contains(status) { wasRedirected = true }
            status = words.count > 1 ? Int(words[1].prefix { $0.isNumber }) ?? 0 : 0
            (headers, explanation) = ([], [])
            announced = range?.count ?? 0
            return
        }
        guard let colon = line.firstIndex(of: ":") else { return }
        let value = line[line.index(after: colon)...].filter { !$0.isNewline }.drop { $0 == " " || $0 == "\t" }
        let name = line[..<colon].lowercased()
        headers.append((name, String(value)))
        if name == "content-length" { announced = Int(value) ?? announced }
    }

    /// Takes a piece of the body; false ends the transfer.
    func take(body piece: RawSpan) -> Bool {
        guard isSuccess else {
            // Read within the call only.
            unsafe piece.withUnsafeBytes { unsafe explanation.append(contentsOf: $0) }
            return explanation.count <= Self.explanationLimit
        }
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

    /// Whether the transfer may go on; false ends it.
    func mayGoOn() -> Bool {
        do { try checkpoint() } catch { failure = failure ?? error }
        return failure == nil
    }

    /// The response once it has ended. Throws what went wrong, first cause first; `problem` is libcurl's view.
    func response(after problem: TransportError?) throws -> HTTPResponse {
        if let failure { throw failure }
        // A refusal is an answer, whatever became of its page.
        if let problem, status < 400 { throw problem }
        if isSuccess {
            try checkHeaders()
            if let range, count != range.count {
                throw TransportError.truncated(address: address, expected: range.count, found: count)
            }
        }
        return HTTPResponse(
            status: status, wasRedirected: wasRedirected, headers: headers,
            explanation: Array(explanation.prefix(Self.explanationLimit)))
    }

    private var isSuccess: Bool { (200..<300).contains(status) }

    private func checkHeaders() throws(TransportError) {
        guard let range else {
            if status == 206 { throw .refused(address: address, status: status) }
            if announced > limit { throw .tooLong(address: address, limit: limit) }
            return
        }
        guard status == 206 else { throw .rangeIgnored(address: address) }
        let found = headers.last { $0.name == "content-range" }?.value ?? ""
        guard found.hasPrefix("bytes \(range.lowerBound)-\(range.upperBound - 1)/") else {
            throw .wrongRange(address: address, expected: range, found: found)
        }
    }
}
