import Foundation
import Testing

@Suite("A quantization that doesn't get to its end leaves nothing that looks finished")
struct InterruptedQuantizeTests {
    /// Runs a line of the shell with `$0` as the command and the arguments from `$1` on.
    private static func shell(_ line: String, _ arguments: String...) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/bash")
        process.arguments = ["-c", line, Workshop.command] + arguments
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static let model = Workshop.root + "/Models/home-1.0.0"

    /// A limit of the file's size stands in for a disk's.
    @Test("no room: exit 74, the old file stays, no other one", arguments: [1, 500, 1900])
    func noRoom(kibibytes: Int) throws {
        let shop = try Workshop()
        defer { shop.close() }
        try Data("old".utf8).write(to: URL(fileURLWithPath: shop["out.gguf"]))
        let status = try Self.shell(
            #"trap "" XFSZ; ulimit -f \#(kibibytes); exec "$0" quantize "$1" "$2" --type q4_0"#, Self.model,
            shop["out.gguf"])
        #expect(status == 74)
        #expect(try FileManager.default.contentsOfDirectory(atPath: shop.folder) == ["out.gguf"])
        #expect(try Data(contentsOf: URL(fileURLWithPath: shop["out.gguf"])) == Data("old".utf8))
    }

    @Test("killed while it calibrates: no file by the name that was asked for")
    func killed() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let status = try Self.shell(
            #"timeout --signal KILL 0.3 "$0" quantize "$1" "$2" --type q4_0 --calibrate "$3""#, Self.model,
            shop["out.gguf"], Workshop.root + "/Tests/Fixtures/reference/corpus.txt")
        #expect(status != 0)
        #expect(!FileManager.default.fileExists(atPath: shop["out.gguf"]))
    }
}
