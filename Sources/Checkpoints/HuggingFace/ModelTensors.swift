import Files
import Tensors

/// A tensor that a model must have.
struct ExpectedTensor {
    let source: String
    let name: String
    /// Rows first, as safetensors has it.
    let shape: [Int]
    var rotaryHeads: Int?
    /// Whether GGUF has its numbers greater by 1.
    var isShifted = false
}

extension ExpectedTensor {
    /// The tensor as it is in a file, if its shape and type are what they must be.
    func tensor(
        from found: HuggingFaceWeights.Tensor, float8: ScaledFloat8? = nil
    ) throws(CheckpointError) -> SourceTensor {
        guard found.table.shape == shape else {
            throw .shape(tensor: found.table.name, expected: shape, found: found.table.shape, path: found.file.path)
        }
        let tensor = SourceTensor(
            name: name, shape: shape.reversed(), type: try float8 == nil ? found.plainType() : .f32, float8: float8,
            file: found.file, range: found.table.range, rotaryHeads: rotaryHeads)
        return isShifted ? tensor.shifted(by: 1) : tensor
    }
}

extension ModelConfig {
    /// Every tensor, in the order of the model, by its name in the folder and in GGUF.
    var expectedTensors: [ExpectedTensor] {
        var expected = [
            ExpectedTensor(
                source: "model.embed_tokens.weight", name: "token_embd.weight", shape: [vocabulary, hidden])
        ]
        for layer in 0..<layers { expected += block(layer) }
        expected.append(
            ExpectedTensor(
                source: "model.norm.weight", name: "output_norm.weight", shape: [hidden],
                isShifted: architecture.shifts(gguf: "output_norm.weight")))
        if !tiesEmbeddings {
            expected.append(
                ExpectedTensor(source: "lm_head.weight", name: "output.weight", shape: [vocabulary, hidden]))
        }
        return expected
    }

    private func block(_ layer: Int) -> [ExpectedTensor] {
        architecture.parts.map { part in
            let name = "blk.\(layer).\(part.name)"
            return ExpectedTensor(
                source: "model.layers.\(layer).\(part.source)", name: name, shape: part.shape.map(size),
                rotaryHeads: architecture.rotaryHeads(ofGGUF: name, heads: heads, keyValueHeads: keyValueHeads),
                isShifted: architecture.shifts(gguf: name))
        }
    }

    private func size(of length: BlockPart.Length) -> Int {
        switch length {
        case .hidden: hidden
        case .intermediate: intermediate
        case .queries: heads * headSize
        case .keys: keyValueHeads * headSize
        case .head: headSize
        }
    }

    /// Tensors that old checkpoints carry and nobody needs, the output where the embedding stands in for it, and what is
    /// no weight.
    func isRedundant(_ source: String) -> Bool {
        source.hasSuffix(".rotary_emb.inv_freq") || (tiesEmbeddings && source == "lm_head.weight")
            || (float8 != nil && Float8Config.isForActivations(source))
    }

    /// Matches what must be there with what is there: nothing may miss, nothing be left over, and shapes must agree.
    func tensors(in weights: [HuggingFaceWeights.Tensor], folder: String) throws(CheckpointError) -> [SourceTensor] {
        var left = Dictionary(weights.map { ($0.table.name, $0) }, uniquingKeysWith: { first, _ in first })
        var tensors: [SourceTensor] = []
        if let factors = rotary.factors(headSize: headSize) {
            tensors.append(SourceTensor(name: "rope_freqs.weight", numbers: factors))
        }
        for expected in expectedTensors {
            guard let found = left.removeValue(forKey: expected.source) else {
                throw .missingTensor(expected.source, path: folder)
            }
            tensors.append(try expected.tensor(from: found, float8: try found.float8(float8, scalesIn: &left)))
        }
        if let other = left.values.map(\.table.name).filter({ !isRedundant($0) }).min() {
            throw .unexpectedTensor(other, path: folder)
        }
        return tensors
    }
}
