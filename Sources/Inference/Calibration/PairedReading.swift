internal import CKernels
package import Tensors

/// A model and its rounded likeness reading the same text side by side, stage by stage.
///
/// What enters a stage of the likeness carries the errors of all roundings before it, so these can be undone.
package struct PairedReading: ~Copyable {
    private let model: LanguageModel
    private var original: LayeredReading
    private var rounded: LayeredReading
    private let pool: KernelPool
    private var curvature: Curvature?
    /// The stage's matrices as floats, rounded.
    private var matrices: [Matrix] = []
    private var buffers: [FloatBuffer] = []

    /// Begins to read `chunks` of tokens; `embedding` is the likeness's, in rows of `type`.
    package init(
        _ model: LanguageModel, chunks: [[Int32]], embedding: RawSpan, type: ElementType, threads: Int,
        kernels: KernelSet = .fastest
    ) throws {
        let shape = model.shape
        guard type.rowBytes(shape.embedding).map({ $0 * shape.vocabulary }) == embedding.byteCount else {
            throw InferenceError.unsupported("token_embd.weight: \(type.name)")
        }
        let matrix = Matrix(type: type, rows: shape.vocabulary, columns: shape.embedding, bytes: embedding)
        let original = try LayeredReading.begin(model, chunks: chunks, threads: threads, kernels: kernels)
        // The rows are read here and not kept.
        let rounded = try LayeredReading.begin(
            model, chunks: chunks, embedding: matrix, threads: threads, kernels: kernels)
        let pool = try KernelPool(threads: threads, kernels: kernels)
        self.model = model
        self.original = original
        self.rounded = rounded
        self.pool = pool
    }

    /// The stage whose matrices are to be rounded now; nil when all are.
    package var stage: Stage? { original.stage }

    /// Whether blocks of `type` can be chosen by what they cost.
    package static func supports(_ type: ElementType) -> Bool { ck_rounds(Int32(type.rawValue)) }

    /// Takes the stage's next matrix: `bytes` holds its plain rounding to `type` and, where blocks of the type can be
    /// chosen, gets a better one.
    package mutating func round(as type: ElementType, _ bytes: inout [UInt8]) throws -> RoundingError? {
        guard let stage else { return nil }
        let matrix = model.weights.layers[stage.layer][keyPath: stage.places[matrices.count]]
        var error: RoundingError?
        if Self.supports(type) {
            let measured = try curvature ?? measure()
            curvature = measured
            error = try measured.round(
                try matrix.widened(), rows: matrix.rows, as: type, bytes: &bytes, pool: pool)
        }
        let rows = matrix.rows, columns = matrix.columns
        let floats = try unsafe Matrix(type: type, rows: rows, columns: columns, bytes: bytes.span.bytes).widened()
        buffers.append(floats)
        matrices.append(Matrix(rows: rows, columns: columns, floats: floats))
        return error
    }

    private func measure() throws(InferenceError) -> Curvature {
        try Curvature(
            columns: rounded.columns, tokens: rounded.tokens, stride: rounded.stride, activations: rounded.entering,
            wanted: original.entering, pool: pool)
    }

    /// Goes on to the next stage; all matrices of this one have been rounded.
    package mutating func advance() throws {
        precondition(matrices.count == stage?.places.count)
        try original.advance()
        try rounded.advance(with: matrices)
        matrices = []
        buffers = []
        curvature = nil
    }
}
