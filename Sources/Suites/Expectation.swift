import JSONText

/// What an answer must be. Answers are compared as they were generated, special tokens left out, nothing trimmed.
package enum Expectation: Sendable, Equatable {
    /// This text, byte for byte.
    case exact(String)
    case startsWith(String)
    /// Each of these texts somewhere in it.
    case contains([String])
    /// None of these texts anywhere in it.
    case notContains([String])
    /// A match of this pattern (Swift's `Regex`, over scalars) somewhere in it.
    case regex(String)
    /// One of several ways to be right, each a list of expectations that all hold.
    case anyOf([[Expectation]])
    /// One JSON value, of this form.
    case json(JSONSchema)
    /// One JSON value, equal to this one whatever the blanks and the order of members.
    case jsonEquals(JSON)
    /// These token ids, the one that ends the answer left out.
    case tokens([Int32])
    /// It ends by itself within so many tokens.
    case maxTokens(Int)
    /// It declines to help, in one of the usual phrases or one of those given; or, when false, it doesn't.
    case refuses(Bool, phrases: [String])
    /// This answer, given after the prompt, costs at most `limit` nats: −ln of its probability, the end left out.
    case maxNLL(answer: String, limit: Double)
    /// This answer is likelier than each other one, by at least `margin` nats.
    case nllMargin(answer: String, over: [String], margin: Double)

    package static let kinds = [
        "exact", "starts_with", "contains", "not_contains", "regex", "any_of", "json", "json_equals", "tokens",
        "max_tokens", "refuses", "max_nll", "nll_margin",
    ]

    /// The answers whose likelihood must be known to judge.
    package var givenAnswers: [String] {
        switch self {
        case .maxNLL(let answer, _): [answer]
        case .nllMargin(let answer, let others, _): [answer] + others
        case .anyOf(let ways): ways.flatMap { $0.flatMap(\.givenAnswers) }
        default: []
        }
    }

    /// What is wrong with an answer; nil if it is as expected.
    package func problem(with reply: Reply) -> Mismatch.Problem? {
        let text = reply.text
        switch self {
        case .exact(let expected):
            return text.utf8.elementsEqual(expected.utf8) ? nil : .differs(expected: expected)
        case .startsWith(let start):
            return text.utf8.starts(with: start.utf8) ? nil : .startsOtherwise(expected: start)
        case .contains(let parts): return parts.first { !text.holds($0) }.map { .lacks($0) }
        case .notContains(let parts): return parts.first { text.holds($0) }.map { .has($0) }
        case .regex(let pattern):
            let match = try? Self.compiled(pattern)?.firstMatch(in: text)
            return match == nil ? .noMatch(pattern: pattern) : nil
        case .anyOf(let ways): return Self.problem(with: reply, in: ways)
        case .json(let schema):
            guard let value = try? JSON(parsing: Array(text.utf8)) else { return .notJSON }
            return schema.violation(by: value).map { .schema($0) }
        case .jsonEquals(let expected):
            guard let value = try? JSON(parsing: Array(text.utf8)) else { return .notJSON }
            return value.firstDifference(from: expected).map { .jsonDiffers(path: $0) }
        case .tokens(let expected):
            guard reply.tokens != expected else { return nil }
            let first = zip(reply.tokens, expected).prefix { $0 == $1 }.count
            return .tokensDiffer(first: first, expected: expected, found: reply.tokens)
        case .maxTokens(let limit):
            return reply.hasEnded && reply.tokens.count <= limit ? nil : .tooLong(limit: limit)
        case .refuses(let wanted, let phrases):
            let refused = Refusal.isRefusal(text, phrases: phrases)
            return refused == wanted ? nil : refused ? .refused : .notRefused
        case .maxNLL(let answer, let limit):
            let nll = reply.likelihoods[answer] ?? .infinity
            return nll <= limit ? nil : .unlikely(answer: answer, limit: limit, nll: nll)
        case .nllMargin(let answer, let others, let wanted):
            return Self.problem(with: reply, answer, over: others, wanted)
        }
    }

    private static func problem(with reply: Reply, in ways: [[Expectation]]) -> Mismatch.Problem? {
        var problems: [Mismatch.Problem] = []
        for way in ways {
            guard let problem = way.lazy.compactMap({ $0.problem(with: reply) }).first else { return nil }
            problems.append(problem)
        }
        return .noneOf(problems)
    }

    private static func problem(
        with reply: Reply, _ answer: String, over others: [String], _ wanted: Double
    ) -> Mismatch.Problem? {
        let nll = reply.likelihoods[answer] ?? .infinity
        let margins = others.map { (other: $0, margin: (reply.likelihoods[$0] ?? .infinity) - nll) }
        guard let least = margins.min(by: { $0.margin < $1.margin }), !(least.margin >= wanted) else { return nil }
        return .narrow(answer: answer, other: least.other, wanted: wanted, margin: least.margin)
    }

    /// The pattern, if it is one.
    static func compiled(_ pattern: String) -> Regex<AnyRegexOutput>? {
        (try? Regex(pattern))?.matchingSemantics(.unicodeScalar)
    }
}

extension String {
    /// Whether `part` stands in it, byte for byte.
    fileprivate func holds(_ part: String) -> Bool {
        part.isEmpty || Array(utf8).firstRange(of: Array(part.utf8)) != nil
    }
}
