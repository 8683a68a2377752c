import TestServer
import Testing
import Transport

@Suite("Fetching over HTTP takes what was asked for, and nothing else")
struct HTTPSourceTests {
    static let content = (0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 31) }

    private func fetched(_ range: Range<Int>? = nil, limit: Int = 1 << 20, from server: MisbehavingServer) throws
        -> [UInt8]
    {
        var options = HTTPOptions()
        options.connectSeconds = 5
        options.stallSeconds = 1
        let source = try source(at: server.address + "repo", options: options)
        guard let range else { return try source.fetch("a/b.bin", limit: limit) }
        var bytes: [UInt8] = []
        try source.fetch("a/b.bin", range: range) { piece in
            unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
        }
        return bytes
    }

    /// What the fetch throws; nil if it doesn't, or throws something else.
    private func problem(
        _ range: Range<Int>? = nil, limit: Int = 1 << 20, when behaviour: @escaping @Sendable (Request) -> Response
    ) -> TransportError? {
        let server = MisbehavingServer(behaviour)
        do { _ = try fetched(range, limit: limit, from: server) } catch { return error as? TransportError }
        return nil
    }

    @Test("A whole file and a range of it arrive as they are")
    func good() throws {
        let server = MisbehavingServer { .file(Self.content, $0) }
        #expect(try fetched(from: server) == Self.content)
        #expect(try fetched(777..<70_001, from: server) == Array(Self.content[777..<70_001]))
        #expect(try fetched(99_999..<100_000, from: server) == [Self.content[99_999]])
        #expect(try fetched(5..<5, from: server) == [])
        #expect(server.requests.map(\.path) == ["/repo/a/b.bin", "/repo/a/b.bin", "/repo/a/b.bin"])
        #expect(server.requests.allSatisfy { $0.headers["user-agent"] == "modelpack" })
    }

    @Test("The address and the path go out as they are written")
    func encoding() throws {
        let server = MisbehavingServer { .file(Self.content, $0) }
        let source = try source(at: server.address + "test%5Bx%2Fy%5D/metadata/")
        _ = try source.fetch("1." + urlComponent("../dele?#") + ".json", limit: 1 << 20)
        #expect(server.requests.map(\.path) == ["/test%5Bx%2Fy%5D/metadata/1...%2Fdele%3F%23.json"])
    }

    @Test("An empty file is a file")
    func empty() throws {
        let server = MisbehavingServer { .file([], $0) }
        #expect(try fetched(from: server) == [])
    }

    @Test("A redirect is followed, and its own body is not taken for the file's")
    func redirect() throws {
        let server = MisbehavingServer { request in
            if request.path == "/elsewhere" { return .file(Self.content, request) }
            return .status(302, headers: ["Location": "/elsewhere"], body: Array("moved".utf8))
        }
        #expect(try fetched(from: server) == Self.content)
        #expect(try fetched(10..<20, from: server) == Array(Self.content[10..<20]))
    }

    @Test("Redirects end: after five, and at anything but http and https")
    func badRedirects() {
        let loop = problem { _ in .status(302, headers: ["Location": "/again"]) }
        guard case .badRedirect = loop else { return #expect(Bool(false), "\(String(describing: loop))") }
        for place in ["file:///etc/hostname", "ftp://127.0.0.1/x", "gopher://127.0.0.1/x"] {
            let outside = problem { _ in .status(302, headers: ["Location": place]) }
            guard case .badRedirect = outside else { return #expect(Bool(false), "\(String(describing: outside))") }
        }
    }

    @Test(
        "Missing files are told from refusals",
        arguments: [(404, true), (403, true), (410, true), (500, false), (401, false), (304, false)])
    func statuses(status: Int, missing: Bool) {
        switch problem(when: { _ in .status(status, body: Array("page".utf8)) }) {
        case .notFound: #expect(missing)
        case .refused(_, let found):
            #expect(!missing)
            #expect(found == status)
        case let other: Issue.record("\(String(describing: other))")
        }
    }

    @Test("A body is cut off at the limit, announced or not")
    func limits() {
        guard case .tooLong(_, 99_999) = problem(limit: 99_999, when: { .file(Self.content, $0) }) else {
            return #expect(Bool(false))
        }
        guard case .tooLong(_, 1_000_000) = problem(limit: 1_000_000, when: { _ in .endless }) else {
            return #expect(Bool(false))
        }
        #expect(problem(limit: 100_000) { .file(Self.content, $0) } == nil)
    }

    @Test("Half a body is an error, not a file")
    func truncated() {
        let short = problem { _ in .raw(Array("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nabcd".utf8)) }
        guard case .truncated(_, 10, 4) = short else { return #expect(Bool(false), "\(String(describing: short))") }
        let range = "HTTP/1.1 206 OK\r\nConnection: close\r\nContent-Range: bytes 5-14/20\r\n\r\nabcd"
        let shortRange = problem(5..<15) { _ in .raw(Array(range.utf8)) }
        guard case .truncated(_, 10, 4) = shortRange else {
            return #expect(Bool(false), "\(String(describing: shortRange))")
        }
    }

    @Test("The whole file in answer to a range is detected")
    func ignoredRange() {
        guard case .rangeIgnored = problem(5..<15, when: { _ in .status(200, body: Self.content) }) else {
            return #expect(Bool(false))
        }
        guard case .rangeIgnored = problem(0..<100_000, when: { _ in .status(200, body: Self.content) }) else {
            return #expect(Bool(false))
        }
    }

    @Test(
        "Another range than the one asked for is refused",
        arguments: ["bytes 6-15/20", "bytes 5-15/20", "bytes 5-1/20", "", "bytes 5-140/200"])
    func wrongRange(header: String) {
        let body = [UInt8](repeating: 7, count: 10)
        let found = problem(5..<15) { _ in .status(206, headers: ["Content-Range": header], body: body) }
        guard case .wrongRange(_, 5..<15, header) = found else {
            return #expect(Bool(false), "\(String(describing: found))")
        }
    }

    @Test("More bytes than the range holds are refused")
    func longRange() {
        let body = [UInt8](repeating: 7, count: 11)
        let found = problem(5..<15) { _ in .status(206, headers: ["Content-Range": "bytes 5-14/20"], body: body) }
        guard case .tooLong = found else { return #expect(Bool(false), "\(String(describing: found))") }
    }

    @Test("A server that falls silent, closes at once or isn't there is an error")
    func silence() throws {
        let silent = problem { _ in .stall(promised: 100) }
        guard case .timedOut = silent else { return #expect(Bool(false), "\(String(describing: silent))") }
        let closed = problem { _ in .raw([]) }
        guard case .unreachable = closed else { return #expect(Bool(false), "\(String(describing: closed))") }
        let nobody = try source(at: "http://127.0.0.1:1/")
        #expect(throws: TransportError.self) { try nobody.fetch("x", limit: 1) }
    }

    @Test("What the sink throws ends the transfer and comes out as it is")
    func sinkThrows() throws {
        struct Enough: Error {}
        let server = MisbehavingServer { _ in .endless }
        let source = try source(at: server.address)
        #expect(throws: Enough.self) { try source.fetch("x", limit: 1 << 40) { _ in throw Enough() } }
    }
}
