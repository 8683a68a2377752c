import Checkpoints
import Files
import Inference
import Tensors

extension LanguageModel {
    /// Opens a source as the engine can run it: a GGUF file as it is; a Hugging Face directory, and whatever adapters
    /// are merged into, converted without rounding, for a while in a file below `parent`.
    package static func unrounded(
        _ path: String, adapters: [String] = [], temporaryIn parent: String
    ) async throws -> LanguageModel {
        guard FileSystem.isDirectory(path) || !adapters.isEmpty else { return try LanguageModel(GGUFFile(path: path)) }
        let checkpoint = try Checkpoint(path: path, adapters: adapters)
        let types = Set(checkpoint.tensors.filter { $0.shape.count > 1 }.map(\.type))
        let exact = adapters.isEmpty && types.count == 1 ? types.first ?? .f32 : .f32
        let plan = try Plan(checkpoint, recipe: Recipe(type: exact))
        let folder = try FileSystem.makeTemporaryFolder(in: parent)
        // The mapping keeps the file's bytes until the model is let go.
        defer { try? FileSystem.remove(folder) }
        let temporary = folder + "/model.gguf"
        try await Quantization.write(plan, to: temporary)
        return try LanguageModel(GGUFFile(path: temporary))
    }
}
