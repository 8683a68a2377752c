import Suites

extension Reason {
    /// The reason as one sentence.
    package var words: String {
        switch self {
        case .recordedDiffers(_, let id, let difference):
            "\(id): the \(difference.rawValue) are not those recorded at build time: damaged file, memory, CPU or engine"
        case .weightsDiffer: "the weights are not the file that the provenance says was built"
        case .rebuiltDiffers(.keys): "the weights made anew differ in their GGUF keys"
        case .rebuiltDiffers(.tensor(let name)): "the weights made anew differ, first in tensor \(name)"
        case .sourceDiffers(let name, .changed): "\(name): is not the file that the weights were made from"
        case .sourceDiffers(let name, .gone): "\(name): the weights were made from it, the manifest has no such file"
        case .sourceDiffers(let name, .added): "\(name): the weights were made without it"
        case .recordedMissing(_, let id): "\(id): was recorded at build time, but is no prompt of the suites"
        case .reference(let clue): clue.words
        case .fell(let rate):
            "\(rate.tag ?? "all prompts"): \(rate.passed) of \(rate.total) right, where the baseline has "
                + "\(rate.passed - rate.fixed + rate.broken)"
        case .broke(_, let id, let mismatch): "\(id): broke, the baseline answers it; \(mismatch.words)"
        case .gone(let suite, let id): "\(id): is gone, the baseline's \(suite) has it"
        case .changed(let suite, let id): "\(id): asks or expects something else than in the baseline's \(suite)"
        case .failed(_, let id, let mismatch): "\(id): \(mismatch.words)"
        case .limit(let result): result.words
        }
    }

    /// The reason's kind, for machines.
    package var kind: String {
        switch self {
        case .recordedDiffers: "recorded_differs"
        case .weightsDiffer: "weights_differ"
        case .recordedMissing: "recorded_missing"
        case .rebuiltDiffers: "rebuilt_differs"
        case .sourceDiffers: "source_differs"
        case .reference: "reference_differs"
        case .fell: "fell"
        case .broke: "broke"
        case .gone: "gone"
        case .changed: "changed"
        case .failed: "failed"
        case .limit: "limit"
        }
    }

    /// The tag of the prompts that the reason is about.
    package var tag: String? {
        switch self {
        case .fell(let rate): rate.tag
        case .limit(let result): result.limit.tag
        default: nil
        }
    }
}

extension LimitResult {
    /// The limit and what was found, as one sentence.
    package var words: String {
        let measure = Measure(rawValue: limit.measure)
        var text = limit.measure + (limit.tag.map { " of \($0)" } ?? "")
        if limit.against == "reference" { text += " against the reference" }
        guard let found else { return text + ": not known" }
        text += limit.relative ? " is \(amount(found.value, measure, signed: true)) from the baseline's" : " is "
        if !limit.relative { text += amount(found.value, measure, signed: false) }
        if limit.readsSample, let interval = found.interval {
            text += " (95 %: \(amount(interval.lowerBound, measure, signed: limit.relative)) to "
            text += "\(amount(interval.upperBound, measure, signed: limit.relative)))"
        }
        switch bound {
        case .minimum(let value): text += ", below \(amount(value, measure, signed: limit.relative))"
        case .maximum(let value): text += ", above \(amount(value, measure, signed: limit.relative))"
        case nil: text += ", \(bounds(measure))"
        }
        return text
    }

    private func bounds(_ measure: Measure?) -> String {
        let bounds = [
            limit.minimum.map { "at least \(amount($0, measure, signed: limit.relative))" },
            limit.maximum.map { "at most \(amount($0, measure, signed: limit.relative))" },
        ]
        return bounds.compactMap { $0 }.joined(separator: ", ")
    }

    private func amount(_ value: Double, _ measure: Measure?, signed: Bool) -> String {
        let sign = signed && value > 0 ? "+" : ""
        switch measure {
        case .passRate, .agreement, .sameAnswers, .textAgreement: return sign + percent(value)
        case .size, .peakMemory: return "\(sign)\(Int(value)) bytes"
        case .speed: return sign + fixed(value, 1)
        default: return sign + fixed(value, 5)
        }
    }
}
