import Files
import Tensors

/// The safetensors files of a model folder: one, or the shards that an index lists.
struct HuggingFaceWeights {
    struct Tensor {
        let table: Safetensors.Tensor
        let file: MappedFile
    }

    private(set) var tensors: [Tensor] = []
    private(set) var files: [SourceFile] = []

    static let single = "model.safetensors"
    static let index = "model.safetensors.index.json"

    init(folder: String) throws {
        if !FileSystem.exists(folder + "/" + Self.index) {
            try open(Self.single, in: folder)
            return
        }
        let document = try SourceDocument(folder + "/" + Self.index)
        files.append(SourceFile(name: Self.index, path: document.path))
        guard let map = document.json["weight_map"]?.object else {
            throw CheckpointError.missing(key: "weight_map", path: document.path)
        }
        var shards: [String: String] = [:]
        for member in map.members {
            guard let shard = member.value.string, Self.isShardName(shard) else {
                throw CheckpointError.shardName(member.value.brief, path: document.path)
            }
            shards[member.name] = shard
        }
        for shard in Set(shards.values).sorted() { try open(shard, in: folder) }
        try check(against: shards, path: document.path)
    }

    /// A bare file name: nothing that leads out of the folder.
    static func isShardName(_ name: String) -> Bool {
        name.hasSuffix(".safetensors") && !name.contains("/") && !name.contains("\0") && !name.hasPrefix(".")
    }

    private mutating func open(_ name: String, in folder: String) throws {
        let path = folder + "/" + name
        let file = try MappedFile(path: path)
        for tensor in try Safetensors(file: file).tensors { tensors.append(Tensor(table: tensor, file: file)) }
        files.append(SourceFile(name: name, path: path))
    }

    /// Index and shards must tell the same story: each tensor in the shard that is named, and once.
    private func check(against shards: [String: String], path: String) throws(CheckpointError) {
        var left = shards
        for tensor in tensors {
            guard left.removeValue(forKey: tensor.table.name) == FileSystem.name(of: tensor.file.path) else {
                throw .unexpectedTensor(tensor.table.name, path: tensor.file.path)
            }
        }
        if let missing = left.keys.min() { throw .missingTensor(missing, path: path) }
    }
}
