import Files
import Tensors
import Verifying

/// A GGUF file: its keys, with arrays by their length, and its tensors.
struct GGUFInspection: Inspection {
    private let kind = "gguf"
    private let architecture: String?
    private let size: Int
    private let parameters: Int
    private let metadata: [String: String]
    private let tensors: [TensorRow]
    /// Keys in the file's order; JSON sorts them.
    private let order: [String]

    private enum CodingKeys: String, CodingKey {
        case kind, architecture, size, parameters, metadata, tensors
    }

    /// Nil for a path that is no GGUF file.
    init?(path: String) throws {
        guard !FileSystem.isDirectory(path), try OpenFile(reading: path).read(4, at: 0) == Array("GGUF".utf8) else {
            return nil
        }
        let file = try GGUFFile(path: path)
        architecture = try? file.string("general.architecture")
        size = file.range.count
        tensors = file.tensors.map {
            TensorRow(name: $0.name, type: $0.type.name, shape: $0.shape, bytes: $0.range.count)
        }
        parameters = file.tensors.reduce(0) { $0 + $1.elements }
        order = file.metadata.entries.map(\.key)
        metadata = Dictionary(
            file.metadata.entries.map { ($0.key, Self.describe($0, in: file.metadata)) },
            uniquingKeysWith: { first, _ in first })
    }

    private static func describe(_ entry: GGUFMetadata.Entry, in metadata: GGUFMetadata) -> String {
        if entry.element != nil { return "\(entry.typeName), \(count(entry.count, "element"))" }
        switch entry.type {
        case .string: return (try? metadata.string(entry.key)) ?? "not UTF-8"
        case .bool: return (try? metadata.bool(entry.key)).map(String.init) ?? ""
        case .f32, .f64: return (try? metadata.float(entry.key)).map { "\($0)" } ?? ""
        default: return (try? metadata.integer(entry.key)).map(String.init) ?? entry.typeName
        }
    }

    func text(all: Bool, _ paint: Paint) -> String {
        let facts = [
            ["kind", "GGUF"], ["architecture", architecture ?? "not stated"], ["bytes", grouped(size)],
            ["parameters", grouped(parameters)], ["tensors", typeSummary(tensors)],
        ]
        let keys = order.map { [$0, Self.brief(metadata[$0] ?? "")] }
        return [
            table(facts, named: .column, paint), typeBars(tensors, paint), table(keys, named: .column, paint),
            tensorTable(tensors, all: all, paint),
        ].joined(separator: "\n\n")
    }

    /// One line of at most 80 characters.
    private static func brief(_ text: String) -> String {
        let line = text.split(separator: "\n").first.map(String.init) ?? ""
        return line.count < text.count || line.count > 80 ? line.prefix(77) + "..." : line
    }
}
