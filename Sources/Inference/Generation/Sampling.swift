extension GenerationOptions {
    /// How the next token is chosen from its logits.
    public enum Sampling: Sendable, Equatable {
        /// The largest logit, the lowest id of equals.
        case greedy
        /// By chance, but the same chance everywhere: see `RandomSampling`.
        case random(RandomSampling)
    }
}

/// Seeded sampling: the same logits and seed give the same tokens on every machine.
///
/// The steps and their order are stated in docs/determinism.md; llama.cpp's samplers take the same order.
public struct RandomSampling: Sendable, Equatable {
    /// 1 takes the probabilities as the model gives them; 0 and below, the likeliest token.
    public var temperature: Double
    /// Only the `topK` likeliest tokens; 0 for all.
    public var topK: Int
    /// Only the likeliest tokens that together have this probability; 1 for all.
    public var topP: Double
    /// Only tokens at least this likely, relative to the likeliest, which always stays; 0 for all.
    public var minP: Double
    /// The same seed gives the same answer.
    public var seed: UInt64

    /// Sampling at a temperature, with llama.cpp's usual cuts.
    public init(temperature: Double, topK: Int = 40, topP: Double = 0.95, minP: Double = 0.05, seed: UInt64 = 0) {
        self.temperature = temperature
        self.topK = topK
        self.topP = topP
        self.minP = minP
        self.seed = seed
    }
}

/// Chooses one token after another.
struct Sampler {
    private let sampling: GenerationOptions.Sampling
    private var random: SplitMix64

    init(_ sampling: GenerationOptions.Sampling) {
        self.sampling = sampling
        if case .random(let options) = sampling {
            random = SplitMix64(seed: options.seed)
        } else {
            random = .init(seed: 0)
        }
    }

    /// The next token, given the finite logits of the whole vocabulary.
    mutating func choose(from logits: Span<Float>) -> Int32 {
        // No temperature leaves nothing to chance.
        guard case .random(let options) = sampling, options.temperature > 0 else { return Int32(logits.indexOfMaximum) }
        var candidates = likeliest(max(0, options.topK), of: logits)
        let top = Double(candidates[0].logit)
        func weight(_ candidate: Candidate, _ temperature: Double) -> Double {
            let below = (Double(candidate.logit) - top) / temperature
            return below < -700 ? 0 : exponential(below)
        }
        if options.topP < 1 {
            let total = candidates.reduce(0) { $0 + weight($1, 1) }
            var sum = 0.0
            let enough = candidates.firstIndex { candidate in
                sum += weight(candidate, 1)
                return sum >= options.topP * total
            }
            if let enough { candidates.removeSubrange((enough + 1)...) }
        }
        candidates = Array(candidates.prefix { weight($0, 1) >= min(options.minP, 1) })
        let weights = candidates.map { weight($0, options.temperature) }
        let aim = random.nextUnit() * weights.reduce(0, +)
        var sum = 0.0
        let chosen = weights.firstIndex { weight in
            sum += weight
            return sum > aim
        }
        return candidates[chosen ?? candidates.count - 1].token
    }
}

private struct Candidate {
    let logit: Float
    let token: Int32

    /// The likelier first; of equals the lower id.
    static func precedes(_ left: Candidate, _ right: Candidate) -> Bool {
        (left.logit, right.token) > (right.logit, left.token)
    }
}

/// The `count` likeliest tokens in order, or all for 0.
private func likeliest(_ count: Int, of logits: Span<Float>) -> [Candidate] {
    // Inserting is quick as long as few are kept: after the first tokens, hardly one belongs among them.
    guard count > 0, count <= 4096 else {
        let all = logits.indices.map { Candidate(logit: logits[$0], token: Int32($0)) }.sorted(by: Candidate.precedes)
        return count == 0 ? all : Array(all.prefix(count))
    }
    var best: [Candidate] = []
    best.reserveCapacity(count + 1)
    for index in logits.indices {
        let candidate = Candidate(logit: logits[index], token: Int32(index))
        if best.count == count, let last = best.last, !Candidate.precedes(candidate, last) { continue }
        var (low, high) = (0, best.count)
        while low < high {
            let middle = (low + high) / 2
            if Candidate.precedes(candidate, best[middle]) { high = middle } else { low = middle + 1 }
        }
        best.insert(candidate, at: low)
        if best.count > count { best.removeLast() }
    }
    return best
}
