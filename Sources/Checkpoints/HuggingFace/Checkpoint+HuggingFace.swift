import Files
import Tensors

extension Checkpoint {
    /// Opens a Hugging Face directory as llama.cpp's converter would read it.
    init(huggingFace folder: String, name: String) throws {
        let configPath = folder + "/config.json"
        guard FileSystem.exists(configPath) else { throw CheckpointError.notACheckpoint(path: folder) }
        let document = try SourceDocument(configPath)
        let config = try ModelConfig(document)
        let weights = try HuggingFaceWeights(folder: folder)
        let tensors = try config.tensors(in: weights.tensors, folder: folder)
        let tokenizer = try HuggingFaceTokenizer(folder: folder, config: document)

        var metadata = GGUFMetadata()
        let parameters = tensors.reduce(0) { $0 + $1.rows * $1.rowElements }
        config.write(to: &metadata, name: name, parameters: parameters)
        try tokenizer.write(to: &metadata, vocabulary: config.vocabulary)
        metadata.set("general.quantization_version", to: .u32(2))
        let files = [SourceFile(name: "config.json", path: configPath)] + tokenizer.files + weights.files
        self.init(metadata: metadata, tensors: tensors, files: files.sorted { $0.name < $1.name })
    }
}
