import Tensors
import Testing

@testable import Inference

@Suite("Sequences read together give the bits of sequences read alone")
struct BatchTests {
    /// Prompts that share beginnings, one that begins as no other, one twice, one of a single token.
    private static let prompts: [[Int32]] = [
        Array(0..<20), Array(0..<12) + [30, 31], Array(0..<12) + [35], [7, 7, 7], [7, 7, 7], [9],
        (0..<30).map { $0 * 7 % 40 },
    ]

    /// Every logit that a request is told, by position.
    private func together(
        _ requests: [BatchRequest], _ model: LanguageModel, slots: Int?, threads: Int = 2
    ) throws -> (logits: [[Int: [Float]]], answers: [BatchAnswer?]) {
        var batch = try Batch(model: model, capacity: 48, slots: slots, threads: threads)
        var logits = [[Int: [Float]]](repeating: [:], count: requests.count)
        var answers = [BatchAnswer?](repeating: nil, count: requests.count)
        try batch.run(requests) { request, position, row in
            #expect(logits[request][position] == nil)
            logits[request][position] = row.indices.map { row[$0] }
        } onAnswer: { request, answer in
            answers[request] = answer
            return []
        }
        return (logits, answers)
    }

    @Test(
        "what is read, and what follows, in any number of places",
        arguments: [TinyTransformer.all[0], TinyTransformer.all[6], TinyTransformer.all[7]], [1, 2, 5, 64])
    func alone(tiny: TinyTransformer, slots: Int) throws {
        let model = try tiny.model(.q8_0)
        let requests =
            Self.prompts.map { BatchRequest(continuing: $0, limit: 9) }
            + Self.prompts.map { BatchRequest(reading: $0, logitsFrom: $0.count / 2) }
        let found = try together(requests, model, slots: slots)
        for (index, prompt) in Self.prompts.enumerated() {
            var expected: [Int: [Float]] = [:]
            var place = prompt.count - 1
            let answer = try model.generate(from: prompt, GenerationOptions(maxTokens: 9, threads: 1)) { row, _ in
                expected[place] = row.indices.map { row[$0] }
                place += 1
            }
            #expect(found.logits[index] == expected)
            #expect(found.answers[index] == BatchAnswer(tokens: answer.tokens, ending: answer.ending))
            var session = try LanguageModel.Session(model: model, capacity: prompt.count, threads: 1)
            expected = [:]
            try session.read(prompt, logitsFrom: prompt.count / 2) { place, row in
                expected[place] = row.indices.map { row[$0] }
            }
            #expect(found.logits[index + Self.prompts.count] == expected)
        }
    }

    @Test("what begins alike is computed once")
    func sharing() throws {
        let model = try TinyTransformer.all[0].model()
        let head: [Int32] = (0..<30).map { $0 * 3 % 40 }
        let requests = (0..<8).map { BatchRequest(reading: head + [Int32($0)], logitsFrom: 30) }
        var batch = try Batch(model: model, capacity: 31, threads: 1)
        try batch.run(requests) { _, _, _ in
        } onAnswer: { _, _ in
            []
        }
        #expect(batch.tokensRead == 31 + 7)
    }

    @Test("what follows from an answer is read behind it")
    func following() throws {
        let model = try TinyTransformer.all[0].model()
        var batch = try Batch(model: model, capacity: 32, threads: 1)
        var told: [Int: Int] = [:]
        try batch.run([BatchRequest(continuing: [1, 2, 3], limit: 4)]) { request, _, _ in
            told[request, default: 0] += 1
        } onAnswer: { request, answer in
            guard request == 0 else { return [] }
            #expect(answer.tokens.count == 4)
            return [BatchRequest(reading: [1, 2, 3] + answer.tokens, logitsFrom: 2)]
        }
        #expect(told == [0: 4, 1: 5])
        // The prompt and all of the answer but its last token stand in the caches already.
        #expect(batch.tokensRead == 6 + 5)
    }

    @Test("a sequence that doesn't fit is refused, and one without room for an answer has none")
    func limits() throws {
        let model = try TinyTransformer.all[0].model()
        func run(_ request: BatchRequest) throws -> BatchAnswer? {
            var batch = try Batch(model: model, capacity: 64, threads: 1)
            var found: BatchAnswer?
            try batch.run([request]) { _, _, _ in
            } onAnswer: { _, answer in
                found = answer
                return []
            }
            return found
        }
        #expect(throws: InferenceError.self) { try run(BatchRequest(continuing: [], limit: 1)) }
        #expect(throws: InferenceError.self) {
            try run(BatchRequest(continuing: [Int32](repeating: 1, count: 65), limit: 1))
        }
        #expect(throws: InferenceError.self) { try run(BatchRequest(continuing: [40], limit: 1)) }
        let full = [Int32](repeating: 1, count: 64)
        #expect(try run(BatchRequest(continuing: full, limit: 5)) == BatchAnswer())
        #expect(try run(BatchRequest(continuing: Array(full.dropLast()), limit: 5))?.tokens.count == 1)
    }
}
