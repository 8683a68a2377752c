import Inference
import Suites
import Tensors

/// What a model has otherwise than another one: keys, template, tokens, tensors.
///
/// Beside a reference everything must be the same but for rounding. Beside a baseline weights may move, so only what
/// looks like a mistake is told: tensors exchanged, or a few blocks alone changed.
struct ModelDifference {
    private(set) var clues: [Clue] = []
    /// In the file's order; only beside a reference.
    private(set) var tensors: [TensorError] = []

    init(
        _ model: LanguageModel, from other: LanguageModel, _ kind: Comparison.Other, prompts: [GoldenPrompt],
        leeway: Leeway = Leeway()
    ) throws {
        let keys = KeyDifferences.find(model.file.metadata, from: other.file.metadata)
        clues += keys.map { Clue($0, from: kind) }
        if keys.contains(where: \.changesTokens), let prompt = try Self.firstOtherwise(prompts, model, other) {
            clues.append(Clue(prompt, from: kind))
        }
        let pairs = TensorPairs(model.file, other.file)
        switch kind {
        case .baseline: clues += pairs.changes().map { Clue($0, from: kind) }
        case .reference:
            let (errors, differences) = try pairs.errors(leeway)
            tensors = errors
            clues += differences.map { Clue($0, from: kind) }
        }
    }

    /// The first prompt that becomes other tokens.
    private static func firstOtherwise(
        _ prompts: [GoldenPrompt], _ model: LanguageModel, _ other: LanguageModel
    ) throws -> Clue.Difference? {
        let inputs = prompts.map(\.input)
        let tokens = zip(try model.tokens(of: inputs), try other.tokens(of: inputs))
        for (prompt, (found, expected)) in zip(prompts, tokens) {
            guard found != expected else { continue }
            return .promptTokens(id: prompt.id, index: zip(found, expected).prefix { $0 == $1 }.count)
        }
        return nil
    }
}

extension Clue.Difference {
    /// Whether prompts may become other tokens by it.
    fileprivate var changesTokens: Bool {
        switch self {
        case .chatTemplate: true
        case .key(let key, _, _), .element(let key, _, _, _): key.hasPrefix("tokenizer.")
        default: false
        }
    }
}
