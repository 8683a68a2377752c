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
    /// What llama-quantize calls them; a type by its own name goes with `--pure`.
    static let names: [(ours: String, theirs: String)] =
        Codec.types.map { ($0.name, $0.name) }
        + Mix.allCases.map { ($0.name, $0.name.replacingOccurrences(of: "mostly_", with: "")) }

    @Test(arguments: names) func asWeDo(_ ours: String, _ theirs: String) async throws {
        let folder = "/tmp/modelpack-peers-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
        defer { try? FileSystem.remove(folder) }
        let model = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "Models/home-1.0.0").path
        let float = folder + "/float.gguf"
        try await Quantization.write(try Plan(try Checkpoint(path: model), recipe: Recipe(type: .f32)), to: float)
        let recipe = Recipe(try Recipe.Default(named: ours))
        try await Quantization.write(try Plan(try Checkpoint(path: float), recipe: recipe), to: folder + "/ours.gguf")

        let process = Process()
        process.executableURL = URL(filePath: (peers ?? "") + "/build/bin/llama-quantize")
        let isMix = Mix(name: ours) != nil
        process.arguments = (isMix ? [] : ["--pure"]) + [float, folder + "/theirs.gguf", theirs.uppercased()]
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        #expect(try FileSystem.read(folder + "/ours.gguf") == FileSystem.read(folder + "/theirs.gguf"))
    }
}
