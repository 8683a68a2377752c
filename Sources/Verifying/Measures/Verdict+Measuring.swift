import Bundles
import Inference
import Suites

extension Verdict {
    /// What a limit limits, as it was found here; nil where it can't be known.
    func estimate(_ limit: Manifest.GateLimit) -> Estimate? {
        guard let measure = Measure(rawValue: limit.measure) else { return nil }
        let other = limit.against.flatMap(Comparison.Other.init(rawValue:)) ?? .baseline
        let comparison = comparisons.first { $0.other == other }
        func divergence(_ value: (Divergence) -> Estimate) -> Estimate? {
            guard let found = comparison?.divergences.first(where: { $0.tag == limit.tag }), found.tokens > 0 else {
                return nil
            }
            return value(found)
        }
        switch measure {
        case .passRate:
            guard let rate = rates.first(where: { $0.tag == limit.tag }) else {
                // No prompt has the tag: nothing is wrong with it.
                return limit.relative ? nil : Estimate(1)
            }
            return limit.relative ? rate.difference : rate.share
        case .meanDivergence: return divergence(\.mean)
        case .tailDivergence: return divergence { Estimate($0.p999) }
        case .largestDivergence: return divergence { Estimate($0.largest) }
        case .agreement: return divergence(\.agreement)
        case .sameAnswers: return divergence { Estimate($0.sameAnswers) }
        case .textMeanDivergence: return comparison?.text.map { Estimate(meanOf: $0.chunks(of: $0.divergences)) }
        case .textTailDivergence: return comparison?.text.map { Estimate($0.divergence(at: 0.999)) }
        case .textLargestDivergence: return comparison?.text.map { Estimate($0.largestDivergence) }
        case .textAgreement:
            return comparison?.text.map { text in
                Estimate(meanOf: text.chunks(of: text.agreements.map { $0 ? 1 : 0 }))
            }
        case .perplexity: return perplexity(relative: limit.relative)
        case .perplexityRatio: return comparison?.text.map(\.ratio)
        case .size, .sizeRatio, .speed, .speedRatio, .peakMemory: return resource(measure, relative: limit.relative)
        }
    }

    private func perplexity(relative: Bool) -> Estimate? {
        guard relative else { return text.map { Estimate($0.perplexity) } }
        guard let text = comparisons.first(where: { $0.other == .baseline })?.text else { return nil }
        return Estimate(text.score.perplexity - text.reference.perplexity)
    }

    private func resource(_ measure: Measure, relative: Bool) -> Estimate? {
        guard let resources else { return nil }
        func ratio(_ value: Double?, _ baseline: Double?) -> Estimate? {
            guard let value, let baseline, baseline > 0 else { return nil }
            return Estimate(value / baseline)
        }
        func value(_ value: Double?, _ baseline: Double?) -> Estimate? {
            guard relative else { return value.map { Estimate($0) } }
            guard let value, let baseline else { return nil }
            return Estimate(value - baseline)
        }
        let (size, baselineSize) = (Double(resources.size), resources.baselineSize.map(Double.init))
        switch measure {
        case .size: return value(size, baselineSize)
        case .sizeRatio: return ratio(size, baselineSize)
        case .speed: return value(resources.tokensPerSecond, resources.baselineTokensPerSecond)
        case .speedRatio: return ratio(resources.tokensPerSecond, resources.baselineTokensPerSecond)
        default: return resources.peakMemory.map { Estimate(Double($0)) }
        }
    }
}

extension TextComparison {
    /// Values of the scored tokens, by the chunks that they stand in.
    fileprivate func chunks(of values: [Double]) -> [[Double]] {
        stride(from: 0, to: values.count, by: max(chunk, 1)).map { start in
            Array(values[start..<min(start + chunk, values.count)])
        }
    }

    /// The ratio of the perplexities, with its interval by the spread between chunks.
    package var ratio: Estimate {
        let shift = Estimate(meanOf: chunks(of: shifts))
        let bounds = shift.interval.map { exponential($0.lowerBound)...exponential($0.upperBound) }
        return Estimate(perplexityRatio, bounds: bounds)
    }
}
