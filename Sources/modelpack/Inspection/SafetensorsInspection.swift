import Files
import Tensors
import Verifying

/// A safetensors file: its tensors and the writer's notes.
struct SafetensorsInspection: Inspection {
    private let kind = "safetensors"
    private let size: Int
    private let metadata: [String: String]
    private let tensors: [TensorRow]

    /// Nil for a path of another name.
    init?(path: String) throws {
        guard path.hasSuffix(".safetensors"), !FileSystem.isDirectory(path) else { return nil }
        let file = try MappedFile(path: path)
        let table = try Safetensors(file: file)
        size = file.count
        metadata = table.metadata
        tensors = table.tensors.map {
            TensorRow(name: $0.name, type: $0.type.name, shape: $0.shape, bytes: $0.range.count)
        }
    }

    func text(all: Bool, _ paint: Paint) -> String {
        let facts = [["kind", "safetensors"], ["bytes", grouped(size)], ["tensors", typeSummary(tensors)]]
        let notes = metadata.sorted { $0.key < $1.key }.map { [$0.key, $0.value] }
        return [table(facts + notes), typeBars(tensors, paint), tensorTable(tensors, all: all, paint)].joined(
            separator: "\n\n")
    }
}
