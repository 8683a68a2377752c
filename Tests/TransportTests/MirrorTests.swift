import Foundation
import Synchronization
import TestServer
import Testing
import Transport

@Suite("Mirrors are asked in turn")
struct MirrorTests {
    private static let content = (0..<50_000).map { UInt8(truncatingIfNeeded: $0 &* 29) }

    private static func server(_ behaviour: @escaping @Sendable (Request) -> Response = { .file(content, $0) })
        -> MisbehavingServer
    {
        MisbehavingServer(behaviour)
    }

    private static func mirrors(
        _ servers: [MisbehavingServer], pause: @escaping @Sendable (Int) -> Void = { _ in }
    ) throws -> MirroredSource {
        var options = HTTPOptions()
        options.stallSeconds = 3
        return MirroredSource(try servers.map { try source(at: $0.address, options: options) }, pause: pause)
    }

    static let failures: [(name: String, behaviour: @Sendable (Request) -> Response)] = [
        ("gone", { _ in .status(404) }), ("failing", { _ in .status(503) }), ("closing", { _ in .raw([]) }),
        ("looping", { .status(302, headers: ["Location": $0.path]) }), ("endless", { _ in .endless }),
        ("stalling", { _ in .stall(promised: 50_000) }),
    ]

    @Test("The next one takes over, and stays", arguments: failures.map(\.name))
    func takesOver(name: String) throws {
        let behaviour = try #require(Self.failures.first { $0.name == name }?.behaviour)
        let servers = [Self.server(behaviour), Self.server()]
        let source = try Self.mirrors(servers)
        #expect(try source.fetch("a", limit: 50_000) == Self.content)
        #expect(try source.fetch("b", limit: 50_000) == Self.content)
        // Five redirects are followed.
        #expect(servers.map(\.requests.count) == [name == "looping" ? 6 : 1, 2])
    }

    @Test("What fails while it is handed on is asked of the next one the next time")
    func handedOn() throws {
        let servers = [Self.server { _ in .status(503) }, Self.server()]
        let source = try Self.mirrors(servers)
        var bytes = 0
        #expect(throws: TransportError.self) { try source.fetch("a", range: 5..<10) { bytes += $0.byteCount } }
        try source.fetch("a", range: 5..<10) { bytes += $0.byteCount }
        #expect(bytes == 5)
        #expect(servers.map(\.requests.count) == [1, 1])
    }

    @Test("Where all fail they are asked again after a pause, and only as long as that may help")
    func rounds() throws {
        let pauses = Mutex<[Int]>([])
        let servers = [Self.server { _ in .status(503) }, Self.server { _ in .status(404) }]
        let source = try Self.mirrors(servers) { round in pauses.withLock { $0.append(round) } }
        #expect(throws: TransportError.refused(address: servers[0].address + "a", status: 503)) {
            try source.fetch("a", limit: 10)
        }
        #expect(servers.map(\.requests.count) == [3, 3])
        #expect(pauses.withLock { $0 } == [1, 2])

        let missing = [Self.server { _ in .status(404) }, Self.server { _ in .status(404) }]
        #expect(throws: TransportError.self) { try Self.mirrors(missing).fetch("a", limit: 10) }
        #expect(missing.map(\.requests.count) == [1, 1])
    }

    @Test("Who stops a silent transfer waits for no time to be up, and no other mirror is asked")
    func stopping() throws {
        struct Stopped: Error {}
        let servers = [Self.server { _ in .stall(promised: 50_000) }, Self.server()]
        let start = ContinuousClock.now
        var options = HTTPOptions()
        options.checkpoint = { if !servers[0].requests.isEmpty { throw Stopped() } }
        let silent = MirroredSource(try servers.map { try source(at: $0.address, options: options) })
        #expect(throws: Stopped.self) { try silent.fetch("a", limit: 50_000) }
        #expect(ContinuousClock.now - start < .seconds(20))
        #expect(servers.map(\.requests.count) == [1, 0])
    }

    @Test("A file that need not be there is asked for once")
    func probe() throws {
        let servers = [Self.server { _ in .status(404) }, Self.server()]
        #expect(try Self.mirrors(servers).fetch(ifPresent: "2.root.json", limit: 10) == nil)
        #expect(servers.map(\.requests.count) == [1, 0])
    }

    @Test("Another connection begins where this one stands")
    func another() throws {
        let servers = [Self.server { _ in .status(503) }, Self.server()]
        let source = try Self.mirrors(servers)
        _ = try source.fetch("a", limit: 50_000)
        #expect(try source.another().fetch("b", limit: 50_000) == Self.content)
        #expect(servers.map(\.requests.count) == [1, 2])
    }
}

@Suite("A device reaches its repository as its network demands")
struct NetworkTests {
    @Test("Through a proxy, which is told the whole address")
    func proxy() throws {
        let proxy = MisbehavingServer { .file(Array("found".utf8), $0) }
        var options = HTTPOptions()
        options.proxy = proxy.address
        let source = try source(at: "http://models.invalid/repo", options: options)
        #expect(try source.fetch("x", limit: 10) == Array("found".utf8))
        #expect(proxy.requests.map(\.path) == ["http://models.invalid/repo/x"])
    }

    @Test("No faster than it is allowed to")
    func rate() throws {
        // libcurl lets a first burst pass, so there must be more.
        let server = MisbehavingServer { .file([UInt8](repeating: 1, count: 3_000_000), $0) }
        var options = HTTPOptions()
        options.bytesPerSecond = 1_000_000
        let source = try source(at: server.address, options: options)
        let seconds = try ContinuousClock().measure { _ = try source.fetch("x", limit: 3_000_000) }
        #expect(seconds > .seconds(1))
    }

    @Test("To a server that asks who is there, with a certificate; without one not at all")
    func mutualTLS() throws {
        let folder = NSTemporaryDirectory() + "modelpack-tls-\(getpid())-\(UInt32.random(in: 0 ... .max))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        // One certificate for all: the server's, the client's, and the authority of both.
        let made = try Self.openssl(
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj",
            "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder + "/key.pem", "-out",
            folder + "/cert.pem", in: folder)
        made.waitUntilExit()
        try #require(made.terminationStatus == 0)
        let port = Int.random(in: 20_000..<32_000)
        let server = try Self.openssl(
            "s_server", "-accept", "127.0.0.1:\(port)", "-cert", "cert.pem", "-key", "key.pem", "-CAfile", "cert.pem",
            "-Verify", "1", "-verify_return_error", "-HTTP", "-quiet", in: folder)
        // A thread of Dispatch blocks SIGTERM, and what it starts does, too.
        defer { kill(server.processIdentifier, SIGKILL) }
        try Data("HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nfound".utf8).write(
            to: URL(fileURLWithPath: folder + "/x"))

        var options = HTTPOptions()
        options.authorities = folder + "/cert.pem"
        options.identity = .init(certificate: folder + "/cert.pem", key: folder + "/key.pem")
        let address = "https://127.0.0.1:\(port)/"
        let known = try source(at: address, options: options)
        var found: [UInt8] = []
        for _ in 0..<50 where found.isEmpty {
            // The server takes its time to start.
            found = (try? known.fetch("x", limit: 10)) ?? []
            if found.isEmpty { usleep(100_000) }
        }
        #expect(found == Array("found".utf8))
        options.identity = nil
        #expect(throws: TransportError.self) { try source(at: address, options: options).fetch("x", limit: 10) }
    }

    private static func openssl(_ arguments: String..., in folder: String) throws -> Process {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/openssl")
        process.arguments = arguments
        process.currentDirectoryURL = URL(fileURLWithPath: folder)
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        process.standardInput = FileHandle.nullDevice
        try process.run()
        return process
    }
}
