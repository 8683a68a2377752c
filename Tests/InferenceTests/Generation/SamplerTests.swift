import Testing

@testable import Inference

@Suite("Sampling is seeded, and keeps to its limits")
struct SamplerTests {
    /// Shares of 0.5, 0.25, 0.125, 0.125 at temperature 1.
    private let logits: [Float] = [0, 2, 1.3068528, 0.6137056, 0.6137056, -40]

    private func draw(_ count: Int, _ sampling: GenerationOptions.Sampling) -> [Int32] {
        var sampler = Sampler(sampling)
        return (0..<count).map { _ in sampler.choose(from: logits.span) }
    }

    @Test("greedy takes the largest logit, the lowest id of equals")
    func greedy() {
        var sampler = Sampler(.greedy)
        #expect(sampler.choose(from: ([1, 3, 3, 2] as [Float]).span) == 1)
    }

    @Test("the generator is SplitMix64")
    func generator() {
        var random = SplitMix64(seed: 1_234_567)
        #expect([random.next(), random.next()] == [6_457_827_717_110_365_317, 3_203_168_211_198_807_973])
    }

    @Test("a seed fixes the tokens, another seed gives others")
    func seeds() {
        let options = RandomSampling(temperature: 1, topK: 0, topP: 1, minP: 0, seed: 5)
        var other = options
        other.seed = 6
        #expect(draw(50, .random(options)) == draw(50, .random(options)))
        #expect(draw(50, .random(options)) != draw(50, .random(other)))
    }

    @Test("tokens come as often as their probabilities and the temperature say")
    func shares() {
        let count = 20_000
        let tokens = draw(count, .random(RandomSampling(temperature: 1, topK: 0, topP: 1, minP: 0, seed: 1)))
        let total = 2.0 + 0.2706706 / 2  // e^0 beside e^2 · (1 + 1/2 + 1/4 + 1/4)
        for (token, share) in [(1, 1.0), (2, 0.5), (3, 0.25), (4, 0.25)] {
            let found = Double(tokens.count { $0 == Int32(token) }) / Double(count)
            #expect(abs(found - share / total) < 0.015)
        }
        let cold = draw(count, .random(RandomSampling(temperature: 0.5, topK: 3, topP: 1, minP: 0, seed: 1)))
        let share = Double(cold.count { $0 == 1 }) / Double(count)
        #expect(abs(share - 1 / (1 + 0.25 + 0.0625)) < 0.015)
    }

    @Test(
        "only what the limits leave is ever drawn",
        arguments: [
            (RandomSampling(temperature: 5, topK: 2, topP: 1, minP: 0), [1, 2]),
            (RandomSampling(temperature: 5, topK: 1, topP: 1, minP: 0), [1]),
            (RandomSampling(temperature: 5, topK: 0, topP: 0.6, minP: 0), [1, 2]),
            (RandomSampling(temperature: 5, topK: 0, topP: 0.0001, minP: 0), [1]),
            (RandomSampling(temperature: 5, topK: 0, topP: 1, minP: 0.2), [1, 2, 3, 4]),
            (RandomSampling(temperature: 5, topK: 3, topP: 1, minP: 0), [1, 2, 3]),
            (RandomSampling(temperature: 5, topK: 5000, topP: 1, minP: 1), [1]),
        ] as [(RandomSampling, [Int32])])
    func limits(options: RandomSampling, allowed: [Int32]) {
        #expect(Set(draw(2000, .random(options))) == Set(allowed))
    }
}
