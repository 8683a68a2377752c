import Tensors
import Testing

@testable import Inference

@Suite("A model is rounded stage by stage, whatever its architecture")
struct PairedReadingTests {
    private static let chunks: [[Int32]] = (0..<6).map { chunk in (0..<50).map { ($0 * 7 + chunk * chunk) % 40 } }

    /// Rounds all of the model's matrices; what is found for each, and the bytes.
    private func round(
        _ tiny: TinyTransformer, threads: Int = 1, kernels: KernelSet = .fastest
    ) throws -> [(name: String, error: RoundingError, bytes: [UInt8])] {
        let model = try tiny.model()
        let file = model.file
        let embedding = try file.tensor("token_embd.weight")
        var reading = try PairedReading(
            model, chunks: Self.chunks, embedding: file.bytes(of: embedding), type: embedding.type,
            threads: threads, kernels: kernels)
        var found: [(String, RoundingError, [UInt8])] = []
        while let stage = reading.stage {
            for name in stage.tensors {
                let tensor = try file.tensor(name)
                var bytes = [UInt8](repeating: 0, count: try #require(ElementType.q4_0.rowBytes(tensor.elements)))
                var span = bytes.mutableSpan
                var target = unsafe span.mutableBytes  // Bytes have no padding.
                #expect(Codec.encode(file.bytes(of: tensor), as: .q4_0, into: &target) == tensor.elements)
                found.append((name, try #require(try reading.round(as: .q4_0, &bytes)), bytes))
            }
            try reading.advance()
        }
        return found
    }

    @Test("every matrix between embedding and output, with less error", arguments: TinyTransformer.all)
    func everyMatrix(tiny: TinyTransformer) throws {
        let found = try round(tiny)
        let matrices = tiny.shapes.filter { $0.shape.count > 1 && $0.name.hasPrefix("blk.") }
        #expect(Set(found.map(\.name)) == Set(matrices.map(\.name)) && found.count == matrices.count)
        for (name, error, _) in found {
            #expect(error.calibrated <= error.plain && error.plain < error.scale, "\(name)")
        }
        #expect(found.reduce(0) { $0 + $1.error.calibrated } < 0.6 * found.reduce(0) { $0 + $1.error.plain })
    }

    @Test("the same bytes on any number of threads, portable or not")
    func bytes() throws {
        let tiny = TinyTransformer(architecture: "gemma3", layers: 3, window: 5)
        let expected = try round(tiny, kernels: .portable).map(\.bytes)
        for threads in [2, 3] { #expect(try round(tiny, threads: threads).map(\.bytes) == expected) }
    }

    @Test("what is read stage by stage is what a session computes", arguments: TinyTransformer.all)
    func stages(tiny: TinyTransformer) throws {
        let model = try tiny.model()
        var reading = try LayeredReading.begin(model, chunks: Self.chunks, threads: 1, kernels: .fastest)
        while reading.stage != nil { try reading.advance() }
        var session = try LanguageModel.Session(model: model, capacity: 50, threads: 1)
        for (index, chunk) in Self.chunks.enumerated() {
            session.reset()
            try session.read(chunk, logitsFrom: chunk.count - 1) { _, _ in }
            let width = model.shape.embedding
            // What the output matrix was multiplied with last.
            let wanted = session.scratch.normed.values(0, width)
            let found = reading.entering.values((index * 50 + 49) * reading.stride, width)
            #expect(wanted.indices.allSatisfy { wanted[$0] == found[$0] })
        }
    }
}
