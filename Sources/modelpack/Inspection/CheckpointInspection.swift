import Checkpoints
import Files
import Tensors
import Verifying

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

    func text(all: Bool, _ paint: Paint) -> String {
        let facts = [
            ["kind", "Hugging Face directory"], ["architecture", architecture], ["parameters", grouped(parameters)],
            ["context", "\(context)"], ["pre-tokenizer", pre], ["files", files.joined(separator: ", ")],
            ["tensors", typeSummary(tensors)],
        ]
        return [table(facts, named: .column, paint), typeBars(tensors, paint), tensorTable(tensors, all: all, paint)]
            .joined(separator: "\n\n")
    }
}
