import Tensors

extension HuggingFaceWeights.Tensor {
    /// GGUF's type of its numbers, which must stand for themselves.
    func plainType() throws(CheckpointError) -> ElementType {
        guard let type = table.type.codec else { throw elementType(supported: ["f32", "f16", "bf16"]) }
        return type
    }

    private func elementType(supported: [String]) -> CheckpointError {
        .elementType(table.type.name, tensor: table.name, path: file.path, supported: supported)
    }

    /// Its 8-bit floats with their scales, which are taken out of `others`; nil if it has other numbers.
    ///
    /// Scales stand beside a weight as `weight_scale_inv` (DeepSeek) or `weight_scale`; either is what numbers are
    /// multiplied by. Without a configuration, floats without scales stand for themselves.
    func float8(_ config: Float8Config?, scalesIn others: inout [String: Self]) throws(CheckpointError) -> ScaledFloat8?
    {
        guard case .float8(let format) = table.type else { return nil }
        guard table.shape.count == 2 else { throw elementType(supported: ["f32", "f16", "bf16"]) }
        let names = [table.name + "_scale_inv", table.name + "_scale"]
        guard let found = names.compactMap({ others.removeValue(forKey: $0) }).first else {
            if config != nil { throw .missingTensor(names[1], path: file.path) }
            return ScaledFloat8(
                format: format, block: BlockSize(rows: table.shape[0], columns: table.shape[1]), scales: [1])
        }
        let block = try found.block(of: table.shape, stated: config?.block)
        return ScaledFloat8(format: format, block: block, scales: try found.scales())
    }

    /// The blocks of a matrix for which these are the scales, by their number.
    private func block(of matrix: [Int], stated: BlockSize?) throws(CheckpointError) -> BlockSize {
        if let stated, table.shape.count == 2 {
            let blocks = [(matrix[0] - 1) / stated.rows + 1, (matrix[1] - 1) / stated.columns + 1]
            if table.shape == blocks { return stated }
            throw .shape(tensor: table.name, expected: blocks, found: table.shape, path: file.path)
        }
        if table.shape.allSatisfy({ $0 == 1 }) { return BlockSize(rows: matrix[0], columns: matrix[1]) }
        guard table.shape == [matrix[0]] || table.shape == [matrix[0], 1] else {
            throw .shape(tensor: table.name, expected: [matrix[0], 1], found: table.shape, path: file.path)
        }
        return BlockSize(rows: 1, columns: matrix[1])
    }

    private func scales() throws(CheckpointError) -> [Float] {
        let type = try plainType(), file = file
        var scales = [Float](repeating: 0, count: table.shape.reduce(1, *))
        var span = scales.mutableSpan
        Codec.decode(file.bytes.extracting(table.range), of: type, into: &span)
        guard scales.allSatisfy(\.isFinite) else {
            throw .wrongValue(key: table.name, expected: "finite numbers", path: file.path)
        }
        return scales
    }
}

extension Float8Config {
    /// Whether a tensor is for activations and caches, which an engine may round if it likes: no part of the weights.
    static func isForActivations(_ name: String) -> Bool {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        return ["input_scale", "input_scale_ub", "output_scale", "k_scale", "v_scale", "q_scale"].contains(last)
    }
}
