import Checkpoints
import Files
import Tensors

/// A Hugging Face directory, as the model that would be built from it.
struct CheckpointInspection: Inspection {
    private let kind = "huggingface"
    private let architecture: String
    private let parameters: Int
    private let pre: String
    private let context: Int
    private let files: [String]
    private let tensors: [TensorRow]

    /// Nil for a path that is no such directory.
    init?(path: String) throws {
        guard FileSystem.isDirectory(path), FileSystem.exists(path + "/config.json"),
            !FileSystem.exists(path + "/index.json")
        else { return nil }
        let checkpoint = try Checkpoint(path: path)
        architecture = try checkpoint.string("general.architecture")
        context = try checkpoint.unsigned("\(architecture).context_length")
        pre = try checkpoint.string("tokenizer.ggml.pre")
        parameters = checkpoint.tensors.reduce(0) { $0 + $1.rows * $1.rowElements }
        files = checkpoint.files.map(\.name)
        tensors = checkpoint.tensors.map {
            TensorRow(name: $0.name, type: $0.storedType, shape: $0.shape, bytes: $0.rows * $0.rowBytes)
        }
    }

    func text(all: Bool) -> String {
        let facts = [
            ["kind", "Hugging Face directory"], ["architecture", architecture], ["parameters", "\(parameters)"],
            ["context", "\(context)"], ["pre-tokenizer", pre], ["files", files.joined(separator: ", ")],
            ["tensors", typeSummary(tensors)],
        ]
        return [table(facts), typeBars(tensors), tensorTable(tensors, all: all)].joined(separator: "\n\n")
    }
}
