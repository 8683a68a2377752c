import Checkpoints
import Files
import Foundation
import Testing

@testable import Building
@testable import Tensors

/// The folder with llama.cpp's tools in build/bin, where there is one.
private let peers = ProcessInfo.processInfo.environment["MODELPACK_PEERS"]

@Suite("llama-quantize writes the same bytes", .enabled(if: peers != nil, "MODELPACK_PEERS names no folder of peers"))
struct PeerTests {
    @Test(arguments: [ElementType.q8_0, .q4_0, .q4_1, .f16, .bf16]) func asWeDo(_ type: ElementType) async throws {
        let folder = "/tmp/modelpack-peers-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
        defer { try? FileSystem.remove(folder) }
        let model = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Models/home-1.0.0").path
        let float = folder + "/float.gguf"
        try await Quantization.write(try Plan(try Checkpoint(path: model), recipe: Recipe(type: .f32)), to: float)
        try await Quantization.write(
            try Plan(try Checkpoint(path: float), recipe: Recipe(type: type)), to: folder + "/ours.gguf")

        let process = Process()
        process.executableURL = URL(filePath: (peers ?? "") + "/build/bin/llama-quantize")
        process.arguments = ["--pure", float, folder + "/theirs.gguf", type.name.uppercased()]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try FileSystem.read(folder + "/ours.gguf") == FileSystem.read(folder + "/theirs.gguf"))
    }
}
