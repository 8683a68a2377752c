import Tensors

extension Checkpoint {
    /// The model with `adapter` merged into it.
    func merging(_ adapter: Adapter) throws -> Checkpoint {
        let name = try string("general.architecture")
        guard let architecture = ModelArchitecture.all.first(where: { $0.gguf == name }) else {
            throw CheckpointError.architecture(
                name, path: adapter.files[0].path, supported: ModelArchitecture.all.map(\.gguf))
        }
        let heads = try unsigned("\(name).attention.head_count")
        let keyValueHeads = try unsigned(ifPresent: "\(name).attention.head_count_kv") ?? heads
        var merge = AdapterMerge(architecture, heads: heads, keyValueHeads: keyValueHeads, tensors: tensors)
        for (name, tensor) in adapter.whole { try merge.replace(name, by: tensor) }
        for (module, pair) in adapter.pairs { try merge.add(pair, to: module, config: adapter.config) }
        return Checkpoint(metadata: metadata, tensors: merge.tensors, files: files + adapter.files)
    }
}

/// One adapter's tensors finding their places among a model's.
private struct AdapterMerge {
    private let architecture: ModelArchitecture
    private let heads: Int
    private let keyValueHeads: Int
    private(set) var tensors: [SourceTensor]
    private var positions: [String: Int]
    /// Stands in for an output that the model doesn't have.
    private let embedding: SourceTensor?

    init(_ architecture: ModelArchitecture, heads: Int, keyValueHeads: Int, tensors: [SourceTensor]) {
        self.architecture = architecture
        self.heads = heads
        self.keyValueHeads = keyValueHeads
        self.tensors = tensors
        positions = Dictionary(tensors.indices.map { (tensors[$0].name, $0) }, uniquingKeysWith: { first, _ in first })
        embedding = tensors.first { $0.name == "token_embd.weight" }
    }

    /// Puts a whole tensor in the place of the model's.
    mutating func replace(_ source: String, by tensor: Adapter.Tensor) throws(CheckpointError) {
        let position = try position(of: source, for: tensor)
        let base = tensors[position]
        let expected = ExpectedTensor(
            source: source, name: base.name, shape: base.shape.reversed(),
            rotaryHeads: try order(of: base, for: tensor).rotaryHeads, isShifted: architecture.shifts(gguf: base.name))
        tensors[position] = try expected.tensor(from: tensor)
    }

    /// Adds the product of two matrices to the weight of a module.
    mutating func add(_ pair: Adapter.Pair, to module: String, config: AdapterConfig) throws(CheckpointError) {
        let position = try position(of: module + ".weight", for: pair.a)
        let base = tensors[position], rank = config.rank(of: module)
        let isTransposed = pair.isEmbedding || config.isTransposed
        let (inner, outer) = isTransposed ? (base.rows, base.rowElements) : (base.rowElements, base.rows)
        try check(pair.a, shape: [rank, inner])
        try check(pair.b, shape: [outer, rank])
        let a = try FactorMatrix(pair.a, isTransposed: isTransposed)
        let b = try FactorMatrix(pair.b, isTransposed: isTransposed)
        let term = LowRankTerm(
            left: isTransposed ? a : b, right: isTransposed ? b : a, scale: config.scale(of: module),
            order: try order(of: base, for: pair.a))
        tensors[position] = base.adding(term)
    }

    /// Where the model's tensor is; an output that has been the embedding so far becomes one of its own.
    private mutating func position(of source: String, for tensor: Adapter.Tensor) throws(CheckpointError) -> Int {
        guard let name = architecture.ggufName(of: source) else {
            throw .unexpectedTensor(tensor.table.name, path: tensor.file.path)
        }
        if let position = positions[name] { return position }
        guard name == "output.weight", let embedding else {
            throw .unexpectedTensor(tensor.table.name, path: tensor.file.path)
        }
        tensors.append(SourceTensor(embedding, name: name))
        positions[name] = tensors.count - 1
        return tensors.count - 1
    }

    /// In which order Hugging Face has the rows of the model's tensor.
    private func order(of base: SourceTensor, for tensor: Adapter.Tensor) throws(CheckpointError) -> RowOrder {
        let heads = architecture.rotaryHeads(ofGGUF: base.name, heads: heads, keyValueHeads: keyValueHeads)
        if let heads, heads <= 0 || !base.rows.isMultiple(of: 2 * heads) {
            throw .wrongValue(
                key: "attention.head_count", expected: "a divisor of \(base.rows) rows", path: tensor.file.path)
        }
        return RowOrder(rows: base.rows, rotaryHeads: heads)
    }

    private func check(_ tensor: Adapter.Tensor, shape: [Int]) throws(CheckpointError) {
        guard tensor.table.shape == shape else {
            throw .shape(tensor: tensor.table.name, expected: shape, found: tensor.table.shape, path: tensor.file.path)
        }
    }
}
