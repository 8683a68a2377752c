/// Why a model's source can't be used; paths are the files that say so.
package enum CheckpointError: Error, Equatable {
    /// Neither a GGUF file nor a folder with `config.json`.
    case notACheckpoint(path: String)
    /// A folder without `adapter_config.json`.
    case notAnAdapter(path: String)
    case architecture(String, path: String, supported: [String])
    /// The model needs something that we don't do.
    case unsupported(feature: String, found: String, path: String)
    case missing(key: String, path: String)
    case wrongValue(key: String, expected: String, path: String)
    case missingTensor(String, path: String)
    case unexpectedTensor(String, path: String)
    /// Shapes as the file has them, rows first.
    case shape(tensor: String, expected: [Int], found: [Int], path: String)
    /// A tensor's type can't be read as numbers.
    case elementType(String, tensor: String, path: String, supported: [String])
    /// A shard's name leads out of the folder.
    case shardName(String, path: String)
    case token(id: Int, path: String)
}
