import Tensors
import Testing

@testable import Inference

@Suite("Every architecture is computed as its paper has it, in the same bits however it is cut")
struct ArchitectureTests {
    private static let tokens: [Int32] = (0..<37).map { $0 * 7 % 40 }

    private func logits(
        _ model: LanguageModel, batch: Int = 256, threads: Int = 1, kernels: KernelSet = .fastest, parts: [Int] = [37]
    ) throws -> [[Float]] {
        var session = try LanguageModel.Session(
            model: model, capacity: Self.tokens.count, batch: batch, threads: threads, kernels: kernels)
        var found: [[Float]] = []
        for count in parts {
            let part = Array(Self.tokens[session.position..<session.position + count])
            try session.read(part, logitsFrom: 0) { _, row in found.append(row.indices.map { row[$0] }) }
        }
        return found
    }

    @Test("logits within 1e-4 of an independent pass in double precision", arguments: TinyTransformer.all)
    func independent(tiny: TinyTransformer) throws {
        let found = try logits(tiny.model())
        let expected = PlainTransformer(tiny).logits(Self.tokens)
        #expect(found.count == expected.count)
        var furthest = 0.0
        var largest = 0.0
        for (row, other) in zip(found, expected) {
            #expect(row.count == other.count)
            for (value, exact) in zip(row, other) { furthest = max(furthest, abs(Double(value) - exact)) }
            largest = max(largest, other.map(abs).max() ?? 0)
        }
        #expect(furthest < 1e-4)
        // Logits of nothing would agree with anything.
        #expect(largest > 1)
    }

    @Test(
        "the same bits on 1, 2 and 3 threads, in batches of 1, 7, 64 and 512, portable or not",
        arguments: TinyTransformer.all, [ElementType.f32, .f16, .q8_0, .q4_0])
    func splits(tiny: TinyTransformer, type: ElementType) throws {
        let model = try tiny.model(type)
        let expected = try logits(model, kernels: .portable)
        #expect(expected.count == Self.tokens.count)
        for kernels in KernelSet.allCases {
            for threads in 1...3 {
                for batch in [1, 7, 64, 512] {
                    #expect(try logits(model, batch: batch, threads: threads, kernels: kernels) == expected)
                }
            }
            #expect(try logits(model, threads: 2, kernels: kernels, parts: [3, 1, 20, 13]) == expected)
        }
    }

    @Test("a session's memory is taken as it is read into, not when it is made")
    func lazyCache() throws {
        let model = try TinyTransformer(architecture: "llama").model { metadata, _ in
            metadata.set("llama.context_length", to: .u32(1 << 22))
        }
        // 3.2 GB of keys and values, of which one position is touched.
        var session = try LanguageModel.Session(model: model, capacity: 1 << 22, threads: 1)
        var rows = 0
        try session.read([1], logitsFrom: 0) { _, _ in rows += 1 }
        #expect(session.capacity == 1 << 22 && rows == 1)
    }

    @Test("whose mistake it is: a caller's token or thread count, a model with more tokens than rows, a template's no")
    func kinds() throws {
        func kind(_ body: () throws -> Void) -> FailureKind? {
            #expect(throws: (any Error).self) { try body() }.flatMap { ($0 as? any ModelpackError)?.kind }
        }
        let model = try TinyTransformer(architecture: "llama").model()
        var session = try LanguageModel.Session(model: model, capacity: 4, threads: 1)
        for token in [-1, Int32(model.shape.vocabulary)] {
            #expect(kind { try session.read([token], logitsFrom: 0) { _, _ in } } == .usage)
        }
        #expect(kind { _ = try LanguageModel.Session(model: model, capacity: 4, threads: 0).capacity } == .usage)
        #expect(
            kind {
                _ = try TinyTransformer(architecture: "llama").model { keys, _ in
                    keys.set("tokenizer.ggml.tokens", to: .strings((0...TinyTransformer.vocabulary).map { "t\($0)" }))
                }
            } == .damaged)
        #expect(TemplateError(position: .init(line: 1, column: 1), problem: .raised("no")).kind == .usage)
        #expect(
            TemplateError(position: .init(line: 1, column: 1), problem: .unsupported("filter x")).kind
                == .notForThisDevice)
    }

    @Test("what the engine doesn't know is refused by name")
    func refusals() throws {
        func refusal(
            _ architecture: String, _ change: (inout GGUFMetadata, inout [(name: String, shape: [Int])]) -> Void
        ) -> InferenceError? {
            #expect(throws: InferenceError.self) {
                try TinyTransformer(architecture: architecture).model(change: change)
            }
        }
        #expect(
            refusal("llama") { keys, _ in keys.set("general.architecture", to: .string("mamba")) }
                == .unknownArchitecture("mamba", known: ["llama", "qwen2", "qwen3", "gemma3"]))
        #expect(
            refusal("qwen3") { keys, _ in keys.set("qwen3.rope.scaling.type", to: .string("yarn")) }
                == .unsupported("qwen3.rope.scaling.type = yarn"))
        #expect(
            refusal("llama") { keys, _ in
                keys.set("llama.rope.scaling.type", to: .string("linear"))
                keys.set("llama.rope.scaling.factor", to: .f32(0))
            } == .badKey("llama.rope.scaling.factor"))
        #expect(
            refusal("llama") { keys, _ in keys.set("llama.attention.sliding_window", to: .u32(8)) }
                == .unsupported("llama.attention.sliding_window"))
        #expect(
            refusal("gemma3") { keys, _ in keys.set("gemma3.final_logit_softcapping", to: .f32(-.infinity)) }
                == .badKey("gemma3.final_logit_softcapping"))
        #expect(
            refusal("llama") { _, shapes in shapes.append(("blk.0.attn_q.bias", [96])) }
                == .unsupported("tensor blk.0.attn_q.bias"))
        #expect(
            refusal("qwen3") { _, shapes in shapes.append(("rope_freqs.weight", [12])) }
                == .unsupported("tensor rope_freqs.weight"))
        #expect(
            refusal("llama") { _, shapes in shapes.append(("rope_freqs.weight", [11])) }
                == .wrongShape(tensor: "rope_freqs.weight", expected: [12], found: [11]))
        for (architecture, name) in [
            ("qwen2", "blk.1.attn_v.bias"), ("qwen3", "blk.0.attn_k_norm.weight"),
            ("gemma3", "blk.1.post_ffw_norm.weight"),
        ] {
            #expect(
                refusal(architecture) { _, shapes in shapes.removeAll { $0.name == name } } == .missingTensor(name))
        }
    }

    @Test("Gemma 3's layers see windows, but for every sixth, and the 27B scales by its width")
    func gemmaShape() throws {
        let shape = try TinyTransformer(architecture: "gemma3", layers: 13, window: 9, squeeze: 8).model().shape
        #expect(shape.layers.indices.filter { shape.layers[$0].window == 0 } == [5, 11])
        #expect(shape.layers.allSatisfy { $0.window == 0 || $0.window == 9 })
        #expect(shape.rotaries == [.init(base: 1_000_000, scale: 0.125), .init(base: 10_000, scale: 1)])
        #expect(shape.embeddingScale == 8)
        #expect(shape.attentionScale == 1 / Float(24).squareRoot())
        #expect(try TinyTransformer(architecture: "gemma3", layers: 62).model().shape.attentionScale == 0.25)
    }
}
