import Checkpoints
import Files

@testable import Building
@testable import Tensors

/// A GGUF of float tensors in a temporary folder.
struct FloatSource: ~Copyable {
    let folder: String
    var path: String { folder + "/source.gguf" }

    init(_ shapes: [(String, [Int])], change: (inout [Float], String) -> Void = { _, _ in }) throws {
        folder = "/tmp/modelpack-quantizing-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        metadata.set("general.file_type", to: .u32(0))
        metadata.set("tokenizer.ggml.tokens", to: .strings(["a", "b"]))
        let layout = try GGUFLayout(metadata: metadata, tensors: shapes.map { ($0.0, $0.1, .f32) })
        var bytes = layout.header
        for tensor in layout.tensors {
            var floats = (0..<tensor.elements).map { Float(($0 &* 2_654_435_761) % 20_001 - 10_000) / 10_000 }
            change(&floats, tensor.name)
            for float in floats { bytes.append(littleEndian: float.bitPattern) }
            bytes += [UInt8](repeating: 0, count: bytes.count.padded(to: 32) - bytes.count)
        }
        try FileSystem.replace(path, with: bytes)
    }

    deinit { try? FileSystem.remove(folder) }

    /// The bytes of the file, made of pieces of 64 rows.
    func quantize(_ recipe: Recipe, threads: Int = 2) async throws -> [UInt8] {
        let plan = try Plan(try Checkpoint(path: path), recipe: recipe)
        var conversion = Conversion(plan, threads: threads, cores: 2, pieceElements: 4096)
        var bytes: [UInt8] = []
        while let piece = try await conversion.next() { bytes += piece }
        return bytes
    }
}
