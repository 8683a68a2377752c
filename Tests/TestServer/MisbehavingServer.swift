import Foundation
import Glibc
import Synchronization

/// A request, as far as the tests care.
package struct Request: Sendable {
    package let method: String
    /// The path as sent, percent-encoding and all.
    package let path: String
    /// The half-open range asked for.
    package let range: Range<Int>?
    package let headers: [String: String]
    package let body: [UInt8]
}

/// What the server does with a request.
package enum Response: Sendable {
    /// A well-formed response; honours nothing by itself.
    case status(Int, headers: [String: String] = [:], body: [UInt8] = [])
    /// Raw bytes, then the connection is closed.
    case raw([UInt8])
    /// A head without a length, then bytes until the client goes away.
    case endless
    /// A head that promises `promised` bytes, then silence.
    case stall(promised: Int)

    /// The part of `content` that was asked for, as a good server sends it.
    package static func file(_ content: [UInt8], _ request: Request) -> Response {
        guard let range = request.range else { return .status(200, body: content) }
        guard range.lowerBound < content.count else { return .status(416) }
        let end = min(range.upperBound, content.count)
        let header = "bytes \(range.lowerBound)-\(end - 1)/\(content.count)"
        return .status(206, headers: ["Content-Range": header], body: Array(content[range.lowerBound..<end]))
    }
}

/// A web server on 127.0.0.1 that does to each request whatever the test wants. One request a connection.
package final class MisbehavingServer: Sendable {
    private let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    /// `http://127.0.0.1:PORT/`
    package let address: String
    private let log = Mutex<[Request]>([])
    private let behaviour: @Sendable (Request) -> Response

    /// The requests so far.
    package var requests: [Request] { log.withLock { $0 } }

    package init(_ behaviour: @escaping @Sendable (Request) -> Response) {
        self.behaviour = behaviour
        let descriptor = listener
        var name = sockaddr_in()
        name.sin_family = sa_family_t(AF_INET)
        name.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        // A sockaddr_in is what these two take for AF_INET.
        unsafe withUnsafeMutablePointer(to: &name) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { name in
                precondition(unsafe bind(descriptor, name, length) == 0)
                precondition(unsafe getsockname(descriptor, name, &length) == 0)
            }
        }
        address = "http://127.0.0.1:\(UInt16(bigEndian: name.sin_port))/"
        precondition(listen(listener, 16) == 0)
        Thread.detachNewThread { [weak self] in
            while true {
                let connection = accept(descriptor, nil, nil)
                guard connection >= 0, let self else { break }
                Thread.detachNewThread { self.serve(connection) }
            }
        }
    }

    deinit {
        shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32) {
        defer { close(connection) }
        guard let request = Self.read(connection) else { return }
        log.withLock { $0.append(request) }
        switch behaviour(request) {
        case .status(let status, let headers, let body):
            var head = "HTTP/1.1 \(status) Whatever\r\nConnection: close\r\n"
            if headers["Content-Length"] == nil { head += "Content-Length: \(body.count)\r\n" }
            for (name, value) in headers { head += "\(name): \(value)\r\n" }
            _ = Self.send(Array((head + "\r\n").utf8) + body, connection)
        case .raw(let bytes):
            _ = Self.send(bytes, connection)
        case .endless:
            let piece = [UInt8](repeating: 0x61, count: 1 << 16)
            if Self.send(Array("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n".utf8), connection) {
                while Self.send(piece, connection) {}
            }
        case .stall(let promised):
            _ = Self.send(Array("HTTP/1.1 200 OK\r\nContent-Length: \(promised)\r\n\r\nab".utf8), connection)
            _ = Self.read(connection)  // Returns when the client goes away.
        }
    }

    private static func send(_ bytes: [UInt8], _ connection: Int32) -> Bool {
        var done = 0
        while done < bytes.count {
            // In bounds: `done < bytes.count`.
            let sent = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    connection, $0.baseAddress.map { unsafe $0 + done }, bytes.count - done,
                    Int32(MSG_NOSIGNAL))
            }
            if sent <= 0 { return false }
            done += sent
        }
        return true
    }

    private static func read(_ connection: Int32) -> Request? {
        var text: [UInt8] = []
        // One byte at a time, so that none of the body is taken for the head.
        while !text.suffix(4).elementsEqual([13, 10, 13, 10]) {
            guard let byte = receive(1, connection)?.first else { return nil }
            text.append(byte)
        }
        let lines = String(decoding: text, as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.components(separatedBy: ": ")
            if parts.count == 2 { headers[parts[0].lowercased()] = parts[1] }
        }
        let words = lines[0].components(separatedBy: " ")
        guard words.count == 3 else { return nil }
        guard let body = receive(headers["content-length"].flatMap { Int($0) } ?? 0, connection) else { return nil }
        return Request(
            method: words[0], path: words[1], range: headers["range"].flatMap(range), headers: headers, body: body)
    }

    /// Just `count` bytes; nil where the client goes away before.
    private static func receive(_ count: Int, _ connection: Int32) -> [UInt8]? {
        var bytes: [UInt8] = []
        while bytes.count < count {
            var piece = [UInt8](repeating: 0, count: count - bytes.count)
            // The buffer holds `count` bytes.
            let got = unsafe piece.withUnsafeMutableBytes { unsafe recv(connection, $0.baseAddress, $0.count, 0) }
            if got <= 0 { return nil }
            bytes += piece[..<got]
        }
        return bytes
    }

    private static func range(_ header: String) -> Range<Int>? {
        let bounds = header.dropFirst("bytes=".count).components(separatedBy: "-").compactMap(Int.init)
        return bounds.count == 2 && bounds[0] <= bounds[1] ? bounds[0]..<bounds[1] + 1 : nil
    }
}
