import Checkpoints
import Inference
import Tensors

/// Types chosen for a size by what rounding each tensor was measured to do.
package struct Sizing: Sendable {
    package struct Choice: Sendable {
        package let tensor: String
        package let type: ElementType
        /// What rounding this tensor alone to Q4_0 does to what enters the output, relative and squared.
        package let sensitivity: Double
        /// The same, foretold for the chosen type.
        package let damage: Double
    }

    package let recipe: Recipe
    package let choices: [Choice]

    /// Tokens that are read to measure; the whole model reads them many times.
    private static let tokens = 512
    /// What calibration is expected to leave of a layer's damage: an estimate, for types are chosen before it runs.
    /// K-quants keep plain rounding's scales, and more of it.
    private static func calibratedShare(_ type: ElementType) -> Double { type == .q6_k ? 0.6 : 0.25 }

    /// Measures `model` on `text` and chooses a type for each matrix that no rule of `rules` names.
    package init(
        _ checkpoint: Checkpoint, _ model: LanguageModel, rules: [Recipe.Rule], target: SizeTarget,
        text: CalibrationText, threads: Int? = nil
    ) throws {
        let threads = threads ?? Processors.count
        let chunks = try text.chunks(for: model, tokens: Self.tokens, context: 128)
        var damages: [String: Double] = [:]
        for found in try model.sensitivities(to: .q4_0, chunks: chunks, threads: threads) {
            damages[found.tensor] = found.damage
        }
        let embedding = try model.sensitivityOfEmbedding(to: .q4_0, chunks: chunks, threads: threads)

        let weights = checkpoint.tensors.reduce(0) { $0 + $1.shape.reduce(1, *) }
        // What the header and what isn't chosen here take: a plan with all else at its smallest tells.
        let free = checkpoint.tensors.filter { tensor in
            tensor.rows > 1 && tensor.rowElements.isMultiple(of: 32)
                && !rules.contains { $0.pattern.matches(tensor.name) }
        }
        let smallest = try Plan(checkpoint, recipe: Recipe(type: .q4_0, rules: rules))
        let isTied = !checkpoint.tensors.contains { $0.name == "output.weight" }
        var sensitivities: [Double] = []
        var tensors: [TypeChoice.Tensor] = []
        for tensor in free {
            let errors = try PlainErrors(tensor)
            let isOutput = tensor.name == "output.weight"
            // What the output matrix loses, logits lose in the same share.
            let sensitivity =
                if tensor.name == "token_embd.weight" {
                    embedding + (isTied ? errors.relative(.q4_0) : 0)
                } else {
                    isOutput ? errors.relative(.q4_0) : damages[tensor.name] ?? 0
                }
            sensitivities.append(sensitivity)
            let options = Self.ladder.compactMap { type -> TypeChoice.Option? in
                guard let rowBytes = type.rowBytes(tensor.rowElements) else { return nil }
                let isCalibrated = damages[tensor.name] != nil
                guard !isCalibrated || PairedReading.supports(type) else { return nil }
                let share = errors.relative(type) / max(errors.relative(.q4_0), 1e-30)
                return .init(
                    type: type, bytes: (rowBytes * tensor.rows).padded(to: smallest.layout.alignment),
                    damage: sensitivity * share * (isCalibrated ? Self.calibratedShare(type) : 1))
            }
            tensors.append(.init(name: tensor.name, options: options))
        }
        // Types don't change the header's size, so this is exact.
        let fixed = smallest.steps.reduce(smallest.layout.size) { size, step in
            let isFree = free.contains { $0.name == step.target.name }
            return isFree ? size - step.target.range.count.padded(to: smallest.layout.alignment) : size
        }
        let limit = target.limit(weights: weights) - fixed
        guard let chosen = TypeChoice.choose(tensors, within: limit) else {
            throw BuildingError.sizeTooSmall(wanted: target.limit(weights: weights), least: smallest.layout.size)
        }
        choices = zip(zip(tensors, chosen), sensitivities).map { pair, sensitivity in
            Choice(tensor: pair.0.name, type: pair.1.type, sensitivity: sensitivity, damage: pair.1.damage)
        }
        recipe = Recipe(
            type: Self.mostly(zip(free, chosen).map { ($0.shape.reduce(1, *), $1.type) }),
            rules: rules + choices.map { .init(pattern: Pattern($0.tensor), type: $0.type) })
    }

    /// What a tensor may become.
    private static let ladder: [ElementType] = [.q4_0, .iq4_nl, .q4_1, .q5_0, .q5_1, .q6_k, .q8_0]

    /// The type of most weights.
    private static func mostly(_ chosen: [(elements: Int, type: ElementType)]) -> ElementType {
        var elements: [ElementType: Int] = [:]
        for (count, type) in chosen { elements[type, default: 0] += count }
        return elements.max { ($0.value, $1.key.rawValue) < ($1.value, $0.key.rawValue) }?.key ?? .q4_0
    }
}

/// What plain rounding to each type leaves of a tensor's numbers, measured on some of its rows.
struct PlainErrors {
    private let source: [Float]
    private let square: Double

    init(_ tensor: SourceTensor, rows limit: Int = 256) throws {
        let step = max(1, tensor.rows / limit), decoder = SourceRows(tensor)
        var floats = [Float](repeating: 0, count: (tensor.rows + step - 1) / step * tensor.rowElements)
        var span = floats.mutableSpan
        for (index, row) in stride(from: 0, to: tensor.rows, by: step).enumerated() {
            decoder.decode(row..<row + 1, into: &span, at: index * tensor.rowElements)
        }
        source = floats
        square = floats.reduce(0) { $0 + Double($1) * Double($1) }
    }

    /// The squared error, relative to the square.
    func relative(_ type: ElementType) -> Double {
        guard let count = type.rowBytes(source.count), square > 0 else { return 0 }
        var bytes = [UInt8](repeating: 0, count: count)
        var span = bytes.mutableSpan
        // Neither bytes nor floats have padding.
        var target = unsafe span.mutableBytes
        let floats = unsafe source.span.bytes
        guard Codec.encode(floats, as: type, into: &target) == source.count else { return .infinity }
        var decoded = [Float](repeating: 0, count: source.count)
        var decodedSpan = decoded.mutableSpan
        Codec.decode(target.bytes, of: type, into: &decodedSpan)
        var error = 0.0
        for index in source.indices {
            let difference = Double(source[index]) - Double(decoded[index])
            error += difference * difference
        }
        return error / square
    }
}
