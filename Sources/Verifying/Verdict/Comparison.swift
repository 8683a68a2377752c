import Inference
import Suites

/// How far the candidate lies from another model: on each token of the other's answers, and on a text.
package struct Comparison: Sendable, Equatable {
    /// The model compared with.
    package enum Other: String, Sendable, Equatable {
        /// An earlier release.
        case baseline
        /// What the candidate was made from.
        case reference
    }

    package let other: Other
    /// `name-version` of a bundle; nil for other models.
    package let name: String?
    /// In the verdict's order; only those that could be compared.
    package var prompts: [PromptComparison]
    /// By tag, sorted; the first, with the tag nil, is of all prompts.
    package var divergences: [Divergence]
    package var text: TextComparison?
    /// What quantization did to each tensor, in the file's order; only beside a reference.
    package var tensors: [TensorError]

    package init(_ other: Other, name: String?, prompts: [PromptComparison] = []) {
        self.other = other
        self.name = name
        self.prompts = prompts
        divergences = Divergence.byTag(prompts)
        tensors = []
    }
}

/// A prompt, and the other model's answer to it token by token.
package struct PromptComparison: Sendable, Equatable {
    package let suite: String
    package let id: String
    package let tags: [String]
    /// The other's answer, the token that ends it included: what the candidate thinks of each, given those before.
    package let tokens: [TokenComparison]

    package init(suite: String, id: String, tags: [String], tokens: [TokenComparison]) {
        self.suite = suite
        self.id = id
        self.tags = tags
        self.tokens = tokens
    }

    /// The first token at which the two would go on otherwise; nil if they give the same answer.
    package var firstDivergence: Int? { tokens.firstIndex { !$0.agrees } }

    package var meanDivergence: Double {
        tokens.isEmpty ? 0 : tokens.reduce(0) { $0 + $1.divergence } / Double(tokens.count)
    }

    package var largestDivergence: Double { tokens.map(\.divergence).max() ?? 0 }
}

/// What quantization did to a tensor.
package struct TensorError: Sendable, Equatable {
    package let name: String
    /// GGUF's name of its type.
    package let type: String
    /// The error's root mean square, as a share of the values'.
    package let error: Double
    /// The mean error, in root mean squares of the error: 0 for rounding to the nearest, ±0.87 for rounding down or up.
    package let bias: Double

    package init(name: String, type: String, error: Double, bias: Double) {
        self.name = name
        self.type = type
        self.error = error
        self.bias = bias
    }
}
