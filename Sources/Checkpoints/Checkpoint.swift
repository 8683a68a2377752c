import Files
import Tensors

/// A model to build from: GGUF keys, tensors under their GGUF names, and the files that all of it came from.
package struct Checkpoint: GGUFKeyed, Sendable {
    /// In GGUF's keys and order, tokenizer and chat template included.
    package let metadata: GGUFMetadata
    package let tensors: [SourceTensor]
    /// Every file that had a part in it.
    package let files: [SourceFile]

    /// Opens a GGUF file or a Hugging Face directory; `name` becomes the model's where the source states none.
    ///
    /// The LoRA adapters in the folders `adapters` are merged into it, one after the other.
    package init(path: String, name: String? = nil, adapters: [String] = []) throws {
        if FileSystem.isDirectory(path) {
            try self.init(huggingFace: path, name: name ?? FileSystem.name(of: path))
        } else {
            try self.init(gguf: path)
        }
        for (index, folder) in adapters.enumerated() {
            self = try merging(try Adapter(folder: folder, number: index + 1))
        }
    }

    package init(metadata: GGUFMetadata, tensors: [SourceTensor], files: [SourceFile]) {
        self.metadata = metadata
        self.tensors = tensors
        self.files = files
    }

    /// GGUF files pass their keys and tensors through as they are.
    private init(gguf path: String) throws {
        let source = try GGUFFile(path: path)
        for tensor in source.tensors where !Codec.supports(tensor.type) {
            throw CheckpointError.elementType(
                tensor.type.name, tensor: tensor.name, path: path, supported: Codec.types.map(\.name))
        }
        metadata = source.metadata
        tensors = source.tensors.map { tensor in
            SourceTensor(
                name: tensor.name, shape: tensor.shape, type: tensor.type, file: source.file,
                range: source.fileRange(of: tensor))
        }
        files = [SourceFile(name: FileSystem.name(of: path), path: path)]
    }
}

/// A file that a model is made from: its name below the source or the adapter, and where it is.
package struct SourceFile: Sendable, Equatable {
    package let name: String
    package let path: String
    /// What it belongs to.
    private let folder: String

    init(name: String, path: String, folder: String = "source") {
        self.name = name
        self.path = path
        self.folder = folder
    }

    /// Its name among all that went into the model: `source/config.json`.
    package var fullName: String { folder + "/" + name }
}
