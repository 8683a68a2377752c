import Files
import Tensors

/// A LoRA adapter as PEFT saves it: a folder with `adapter_config.json` and `adapter_model.safetensors`.
struct Adapter {
    typealias Tensor = HuggingFaceWeights.Tensor

    let config: AdapterConfig
    /// Pairs of matrices, by module.
    private(set) var pairs: [(module: String, pair: Pair)] = []
    /// Tensors that replace the model's, by Hugging Face's names.
    private(set) var whole: [(name: String, tensor: Tensor)] = []
    let files: [SourceFile]

    /// Both matrices of a module: A and B of W + scale · B · A.
    struct Pair {
        let a: Tensor
        let b: Tensor
        /// Whether a row of the weight belongs to a column of A: a token's embedding.
        let isEmbedding: Bool
    }

    /// Opens the adapter at `folder`, the model's `number`th.
    init(folder: String, number: Int) throws {
        let names = (config: "adapter_config.json", weights: "adapter_model.safetensors")
        files = [names.config, names.weights].map {
            SourceFile(name: $0, path: folder + "/" + $0, folder: "adapters/\(number)")
        }
        guard FileSystem.exists(files[0].path) else { throw CheckpointError.notAnAdapter(path: folder) }
        config = try AdapterConfig(try SourceDocument(files[0].path))
        let file = try MappedFile(path: files[1].path)
        try sort(try Safetensors(file: file).tensors.map { Tensor(table: $0, file: file) }, path: file.path)
        for module in config.modulesToSave where !whole.contains(where: { $0.name.isTensor(of: module) }) {
            throw CheckpointError.missingTensor(module, path: file.path)
        }
    }

    /// Finds a use for every tensor.
    private mutating func sort(_ tensors: [Tensor], path: String) throws(CheckpointError) {
        var halves: [AdapterTensorName: Tensor] = [:]
        for tensor in tensors.sorted(by: { $0.table.name < $1.table.name }) {
            guard let name = AdapterTensorName(tensor.table.name) else {
                throw .unexpectedTensor(tensor.table.name, path: path)
            }
            if name.part == .whole {
                whole.append((name.module, tensor))
            } else if halves.updateValue(tensor, forKey: name) != nil {
                throw .unexpectedTensor(tensor.table.name, path: path)
            }
        }
        for (name, tensor) in halves.sorted(by: { $0.value.table.name < $1.value.table.name }) {
            guard let other = halves[name.counterpart] else { throw .missingTensor(name.counterpart.text, path: path) }
            guard name.part == .a || name.part == .embeddingA else { continue }
            pairs.append((name.module, Pair(a: tensor, b: other, isEmbedding: name.part == .embeddingA)))
        }
    }
}

/// What an adapter's tensor is to which module.
struct AdapterTensorName: Hashable {
    enum Part: String, CaseIterable {
        case a = ".lora_A.weight"
        case b = ".lora_B.weight"
        case embeddingA = ".lora_embedding_A"
        case embeddingB = ".lora_embedding_B"
        /// A tensor in place of the model's.
        case whole = ""
    }

    /// The module's name in the model; the tensor's own where it is whole.
    let module: String
    let part: Part

    private static let prefix = "base_model.model."

    /// Reads a name from `adapter_model.safetensors`; nil if it is none that we know.
    init?(_ text: String) {
        guard text.hasPrefix(Self.prefix) else { return nil }
        let name = text.dropFirst(Self.prefix.count)
        // The last one ends every name.
        guard let part = Part.allCases.first(where: { name.hasSuffix($0.rawValue) }) else { return nil }
        self.init(part: part, module: String(name.dropLast(part.rawValue.count)))
    }

    private init(part: Part, module: String) {
        self.part = part
        // What PEFT wraps modules in is no part of the model's names.
        let wrappers = part == .whole ? ["modules_to_save", "base_layer"] : []
        self.module = module.split(separator: ".").filter { !wrappers.contains(String($0)) }.joined(separator: ".")
    }

    /// The name as the file has it.
    var text: String { Self.prefix + module + part.rawValue }

    /// The other matrix of the pair.
    var counterpart: Self {
        let other: Part =
            switch part {
            case .a: .b
            case .b: .a
            case .embeddingA: .embeddingB
            case .embeddingB: .embeddingA
            case .whole: .whole
            }
        return Self(part: other, module: module)
    }
}

extension String {
    /// Whether a tensor of this name belongs to a module whose name is, or ends in, `module`.
    fileprivate func isTensor(of module: String) -> Bool {
        let parts = split(separator: ".").dropLast(), wanted = module.split(separator: ".")
        return parts.indices.contains { parts[$0...].starts(with: wanted) }
    }
}
