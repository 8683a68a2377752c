package import Tensors

/// How much rounding a matrix to `type`, all others being whole, changes what enters the output matrix: the squared
/// difference relative to the square, over all tokens.
package struct Sensitivity: Sendable, Equatable {
    package let tensor: String
    package let damage: Double
}

extension LanguageModel {
    /// Measures every matrix of the layers, and the embedding.
    ///
    /// Each matrix's effect on its layer's output is measured alone; how that grows or fades until the output is
    /// measured with all of the layer's matrices together.
    package func sensitivities(
        to type: ElementType, chunks: [[Int32]], threads: Int, kernels: KernelSet = .fastest
    ) throws -> [Sensitivity] {
        var reading = try LayeredReading.begin(self, chunks: chunks, threads: threads, kernels: kernels)
        var starts: [LayeredReading.Bookmark] = []
        while let stage = reading.stage {
            if stage.step == .attention { starts.append(try reading.bookmark()) }
            try reading.advance()
        }
        let end = try reading.bookmark()
        starts.append(end)

        var found: [Sensitivity] = []
        for layer in 0..<shape.layers.count {
            let rounded = try RoundedLayer(weights.layers[layer], type)
            reading.goBack(to: starts[layer])
            try withExtendedLifetime(rounded) { try reading.advance(through: layer, rounded.matrices) }
            let together = reading.change(since: starts[layer + 1]).difference
            while reading.stage != nil { try reading.advance() }
            let output = reading.changeOfOutput(since: end)
            let growth = together > 0 ? output.difference / output.scale / together : 0
            for stage in Stage.all(layers: shape.layers.count) where stage.layer == layer {
                for (name, place) in zip(stage.tensors, stage.places) {
                    reading.goBack(to: starts[layer])
                    var alone = weights.layers[layer]
                    alone[keyPath: place] = rounded.matrices[keyPath: place]
                    try withExtendedLifetime(rounded) { try reading.advance(through: layer, alone) }
                    let change = reading.change(since: starts[layer + 1]).difference
                    found.append(Sensitivity(tensor: name, damage: change * growth))
                }
            }
        }
        return found
    }

    /// The same for the embedding, as what is read.
    package func sensitivityOfEmbedding(
        to type: ElementType, chunks: [[Int32]], threads: Int, kernels: KernelSet = .fastest
    ) throws -> Double {
        var whole = try LayeredReading.begin(self, chunks: chunks, threads: threads, kernels: kernels)
        let floats = try Self.roundedFloats(weights.embedding, type)
        let embedding = Matrix(rows: weights.embedding.rows, columns: weights.embedding.columns, floats: floats)
        var rounded = try withExtendedLifetime(floats) {
            try LayeredReading.begin(self, chunks: chunks, embedding: embedding, threads: threads, kernels: kernels)
        }
        while whole.stage != nil {
            try whole.advance()
            try rounded.advance()
        }
        let change = rounded.changeOfOutput(since: try whole.bookmark())
        return change.difference / change.scale
    }

    /// The matrix's numbers as plain rounding to `type` leaves them.
    fileprivate static func roundedFloats(_ matrix: Matrix, _ type: ElementType) throws -> FloatBuffer {
        let floats = try matrix.widened()
        guard let rowBytes = type.rowBytes(matrix.columns) else { return floats }
        var bytes = [UInt8](repeating: 0, count: matrix.rows * rowBytes)
        var span = bytes.mutableSpan
        // Neither bytes nor floats have padding.
        var target = unsafe span.mutableBytes
        let source = unsafe floats.values(0, floats.count).bytes
        guard Codec.encode(source, as: type, into: &target) == floats.count else { throw InferenceError.notFinite }
        // A matrix knows its bytes by address only.
        return try withExtendedLifetime(bytes) {
            try unsafe Matrix(type: type, rows: matrix.rows, columns: matrix.columns, bytes: bytes.span.bytes)
                .widened()
        }
    }
}

/// A layer with all matrices rounded, and the room they take.
private struct RoundedLayer {
    private(set) var matrices: ModelWeights.Layer
    private var buffers: [FloatBuffer] = []

    init(_ layer: ModelWeights.Layer, _ type: ElementType) throws {
        matrices = layer
        for stage in Stage.all(layers: 1) {
            for place in stage.places {
                let matrix = layer[keyPath: place]
                let floats = try LanguageModel.roundedFloats(matrix, type)
                buffers.append(floats)
                matrices[keyPath: place] = Matrix(rows: matrix.rows, columns: matrix.columns, floats: floats)
            }
        }
    }
}

extension LayeredReading {
    /// Goes on to the next layer, with `weights` in place of this one's.
    fileprivate mutating func advance(through layer: Int, _ weights: ModelWeights.Layer) throws(InferenceError) {
        while let stage, stage.layer == layer { try advance(with: stage.places.map { weights[keyPath: $0] }) }
    }
}
