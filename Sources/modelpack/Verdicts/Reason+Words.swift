import Suites
import Verifying

extension Reason {
    /// The reason as one sentence.
    var words: String {
        switch self {
        case .recordedDiffers(_, let id, let difference):
            "\(id): the \(difference.rawValue) are not those recorded at build time: damaged file, memory, CPU or engine"
        case .rebuiltDiffers(.keys): "the weights made anew differ in their GGUF keys"
        case .rebuiltDiffers(.tensor(let name)): "the weights made anew differ, first in tensor \(name)"
        case .sourceDiffers(let name, .changed): "\(name): is not the file that the weights were made from"
        case .sourceDiffers(let name, .gone): "\(name): the weights were made from it, the manifest has no such file"
        case .sourceDiffers(let name, .added): "\(name): the weights were made without it"
        case .recordedMissing(_, let id): "\(id): was recorded at build time, but is no prompt of the suites"
        case .broke(_, let id, let mismatch): "\(id): broke, the baseline answers it; \(mismatch.words)"
        case .gone(let suite, let id): "\(id): is gone, the baseline's \(suite) has it"
        case .changed(let suite, let id): "\(id): asks or expects something else than in the baseline's \(suite)"
        case .failed(_, let id, let mismatch): "\(id): \(mismatch.words)"
        case .limit(let measure, let tag, .minimum(let bound), let found):
            "\(measure)\(tag.map { " of \($0)" } ?? "") is \(percent(found)), below \(percent(bound))"
        case .limit(let measure, let tag, .maximum(let bound), let found):
            "\(measure)\(tag.map { " of \($0)" } ?? "") is \(percent(found)), above \(percent(bound))"
        }
    }

    /// The reason's kind, for machines.
    var kind: String {
        switch self {
        case .recordedDiffers: "recorded_differs"
        case .recordedMissing: "recorded_missing"
        case .rebuiltDiffers: "rebuilt_differs"
        case .sourceDiffers: "source_differs"
        case .broke: "broke"
        case .gone: "gone"
        case .changed: "changed"
        case .failed: "failed"
        case .limit: "limit"
        }
    }
}

extension Mismatch {
    /// What was expected, and what came.
    var words: String {
        switch self {
        case .differs(let expected, let found): "expected \(quoted(expected)), answered \(quoted(found))"
        case .lacks(let part, let found): "expected \(quoted(part)) in it, answered \(quoted(found))"
        case .noMatch(let pattern, let found): "expected a match of \(quoted(pattern)), answered \(quoted(found))"
        case .notJSON(let found): "expected JSON, answered \(quoted(found))"
        case .schema(let violation, let found):
            "expected JSON by the schema, which \(violation.path.isEmpty ? "the whole" : violation.path) breaks at "
                + "\(violation.keyword), answered \(quoted(found))"
        }
    }
}

/// A share as a percentage of up to two decimals.
func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100) %" }

/// Text in quotes on one line, cut where it is long; control characters are shown, so that an answer can't command the
/// terminal.
private func quoted(_ text: String) -> String {
    var result = ""
    for scalar in text.unicodeScalars.prefix(200) {
        switch scalar.properties.generalCategory {
        case .control, .format, .surrogate, .lineSeparator, .paragraphSeparator:
            result += scalar == "\n" ? "\\n" : "\\u{\(String(scalar.value, radix: 16))}"
        default: result.unicodeScalars.append(scalar)
        }
    }
    return "‘\(result)\(text.unicodeScalars.count > 200 ? "…" : "")’"
}
