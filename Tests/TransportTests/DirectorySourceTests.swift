import Files
import Foundation
import Testing
import Transport

@Suite("A folder is a source like any other")
struct DirectorySourceTests {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path

    private func withFolder(_ body: (any Source) throws -> Void) throws {
        try FileSystem.createDirectory(folder + "/repo/sub")
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try FileSystem.replace(folder + "/outside", with: [1])
        try FileSystem.replace(folder + "/repo/sub/a b", with: Array(0..<100))
        try body(try source(at: folder + "/repo"))
    }

    @Test("Files and ranges come as they are")
    func good() throws {
        try withFolder { source in
            #expect(try source.fetch("sub/a%20b", limit: 100) == Array(0..<100))
            var bytes: [UInt8] = []
            try source.fetch("sub/a%20b", range: 3..<7) { piece in
                unsafe piece.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
            }
            #expect(bytes == [3, 4, 5, 6])
        }
    }

    @Test("Limits, ends and absences are errors")
    func bad() throws {
        try withFolder { source in
            let path = folder + "/repo/sub/a b"
            #expect(throws: TransportError.tooLong(address: path, limit: 99)) {
                try source.fetch("sub/a%20b", limit: 99)
            }
            #expect(throws: TransportError.truncated(address: path, expected: 20, found: 10)) {
                try source.fetch("sub/a%20b", range: 90..<110) { _ in }
            }
            #expect(throws: TransportError.notFound(address: folder + "/repo/no")) { try source.fetch("no", limit: 9) }
            #expect(throws: TransportError.notFound(address: folder + "/repo/sub")) {
                try source.fetch("sub", limit: 9)
            }
        }
    }

    @Test(
        "Nothing outside the folder can be named",
        arguments: [
            "../outside", "sub/../../outside", "%2E%2E/outside", "..%2Foutside", "/outside", "", "sub//a%20b", "a%0",
            "a%00",
        ])
    func outside(path: String) throws {
        try withFolder { source in
            #expect(throws: TransportError.badAddress(path)) { try source.fetch(path, limit: 9) }
        }
    }

    @Test("Only http, https and folders are sources", arguments: ["", "ftp://host/", "file:///tmp"])
    func addresses(address: String) {
        #expect(throws: TransportError.badAddress(address)) { try source(at: address) }
    }
}
