import Building
import Checkpoints
import Files
import Foundation
import Inference
import Tensors
import Testing

/// What an independent float32 forward pass in numpy found for home-1.0.0.
private struct Reference: Decodable {
    struct Prompt: Decodable {
        let text: String
        let ids: [Int32]
        let last_logits: [Float]
        let greedy_ids: [Int32]
    }
    let prompts: [Prompt]
}

@Suite("The engine agrees with an independent forward pass, and with itself")
struct ReferenceTests {
    private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    private static let fixtures = root.appendingPathComponent("Fixtures/reference")

    /// home-1.0.0, its weights widened to `type`.
    private func home(_ type: ElementType) async throws -> LanguageModel {
        let source = Self.root.deletingLastPathComponent().appendingPathComponent("Models/home-1.0.0").path
        let folder = try FileSystem.makeTemporaryFolder(in: NSTemporaryDirectory())
        defer { try? FileSystem.remove(folder) }
        let plan = try Plan(Checkpoint(path: source), recipe: Recipe(type: type))
        try await Quantization.write(plan, to: folder + "/model.gguf")
        return try LanguageModel(GGUFFile(path: folder + "/model.gguf"))
    }

    private func reference() throws -> Reference {
        let data = try Data(contentsOf: Self.fixtures.appendingPathComponent("reference.json"))
        return try JSONDecoder().decode(Reference.self, from: data)
    }

    @Test("ids, last logits within 1e-3, and greedy answers of five prompts in F32")
    func prompts() async throws {
        let model = try await home(.f32)
        for prompt in try reference().prompts {
            #expect(model.tokenizer.encode(prompt.text, parseSpecial: true) == prompt.ids)
            var first: [Float] = []
            var sampled: [Int32] = []
            _ = try model.generate(from: prompt.ids, GenerationOptions(maxTokens: 64, threads: 2)) { logits, token in
                if first.isEmpty { first = logits.indices.map { logits[$0] } }
                sampled.append(token)
            }
            let furthest = zip(first, prompt.last_logits).map { abs($0 - $1) }.max() ?? .infinity
            #expect(first.count == prompt.last_logits.count && furthest < 1e-3)
            #expect(sampled == prompt.greedy_ids)
        }
    }

    @Test("the corpus's mean negative log-likelihood within 1e-4")
    func corpus() async throws {
        let model = try await home(.f32)
        let text = try String(contentsOf: Self.fixtures.appendingPathComponent("corpus.txt"), encoding: .utf8)
        let tokens = Array(model.tokenizer.encode(text, parseSpecial: true).prefix(2048))
        let score = try model.score(tokens, context: 256, from: 0, threads: 2)
        #expect(score.tokens == 8 * 255)
        #expect(abs(score.negativeLogLikelihood / Double(score.tokens) - 1.219342) < 1e-4)
    }

    @Test(
        "the same bits however a prompt is cut, on any threads and kernels",
        arguments: [ElementType.q4_0, .q8_0, .bf16])
    func splits(type: ElementType) async throws {
        let model = try await home(type)
        let prompt = try #require(try reference().prompts.last).ids
        func logits(_ parts: [[Int32]], _ threads: Int, _ kernels: KernelSet) throws -> [[UInt32]] {
            var session = try LanguageModel.Session(
                model: model, capacity: prompt.count, threads: threads, kernels: kernels)
            var found: [[UInt32]] = []
            for part in parts {
                try session.read(part, logitsFrom: 0) { _, row in
                    found.append(row.indices.map { row[$0].bitPattern })
                }
            }
            return found
        }
        let expected = try logits([prompt], 1, .portable)
        #expect(expected.count == prompt.count)
        for threads in [1, 2] {
            for kernels in KernelSet.allCases {
                #expect(try logits([prompt], threads, kernels) == expected)
                #expect(try logits(prompt.map { [$0] }, threads, kernels) == expected)
                #expect(
                    try logits([Array(prompt.prefix(3)), Array(prompt.dropFirst(3))], threads, kernels) == expected)
            }
        }
    }

    @Test("a comparison is what the definition of the divergence gives, and nothing against itself")
    func comparison() async throws {
        let (model, reference) = (try await home(.q4_0), try await home(.f32))
        let text = try String(contentsOf: Self.fixtures.appendingPathComponent("corpus.txt"), encoding: .utf8)
        let tokens = Array(reference.tokenizer.encode(text, parseSpecial: true).prefix(64))
        let found = try model.compare(with: reference, on: tokens, context: 64, threads: 2)
        let same = try reference.compare(with: reference, on: tokens, context: 64, threads: 2)
        #expect(same.largestDivergence == 0 && same.topAgreement == 1 && same.perplexityRatio == 1)

        func shares(_ model: LanguageModel) throws -> [[Double]] {
            var session = try LanguageModel.Session(model: model, capacity: 64, threads: 1)
            var rows: [[Double]] = []
            try session.read(Array(tokens.dropLast()), logitsFrom: 32) { _, row in
                let weights = row.indices.map { exp(Double(row[$0])) }
                rows.append(weights.map { $0 / weights.reduce(0, +) })
            }
            return rows
        }
        let expected = zip(try shares(reference), try shares(model)).map { known, other in
            zip(known, other).reduce(0) { $0 + $1.0 * log($1.0 / $1.1) }
        }
        #expect(found.divergences.count == 31 && found.meanDivergence > 0)
        for (one, other) in zip(found.divergences, expected) { #expect(abs(one - other) < 1e-6) }
        #expect(found.divergence(at: 1) == found.largestDivergence)
        let score = try model.score(tokens, context: 64, threads: 1)
        #expect(score == found.score)
    }

    @Test("tokens that don't fit or don't exist are errors")
    func refusals() async throws {
        let model = try await home(.q8_0)
        var session = try LanguageModel.Session(model: model, capacity: 4, threads: 1)
        #expect(throws: InferenceError.contextFull(capacity: 4, needed: 5)) {
            try session.read([1, 2, 3, 4, 5], logitsFrom: 0) { _, _ in }
        }
        #expect(throws: InferenceError.tokenOutOfRange(5000, vocabulary: 1024)) {
            try session.read([5000], logitsFrom: 0) { _, _ in }
        }
        #expect(throws: InferenceError.noThreads(0)) {
            _ = try LanguageModel.Session(model: model, capacity: 4, threads: 0).capacity
        }
    }
}
