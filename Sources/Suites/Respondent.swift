import Signatures

/// An answer, as far as verdicts and recordings need it.
package struct Reply: Sendable, Equatable {
    package let tokens: [Int32]
    package let text: String
    /// Of the logits of every sampled position.
    package let logits: Digest

    package init(tokens: [Int32], text: String, logits: Digest) {
        self.tokens = tokens
        self.text = text
        self.logits = logits
    }
}

/// Asks a model golden prompts, each only once.
package final class Respondent {
    private let ask: (GoldenPrompt) throws -> Reply
    private var known: [Question: Reply] = [:]

    private struct Question: Hashable {
        let input: GoldenPrompt.Input
        let maxTokens: Int
    }

    /// - Parameter ask: puts one prompt to the model, greedily.
    package init(_ ask: @escaping (GoldenPrompt) throws -> Reply) { self.ask = ask }

    package func reply(to prompt: GoldenPrompt) throws -> Reply {
        let question = Question(input: prompt.input, maxTokens: prompt.maxTokens)
        if let reply = known[question] { return reply }
        let reply = try ask(prompt)
        known[question] = reply
        return reply
    }

    /// What the model answers to each prompt, for `golden/recorded.jsonl`.
    package func record(_ suites: [Suite]) throws -> Recording {
        var entries: [Recording.Entry] = []
        for suite in suites {
            for prompt in suite.prompts {
                let reply = try reply(to: prompt)
                entries.append(
                    Recording.Entry(suite: suite.name, id: prompt.id, tokens: reply.tokens, logits: reply.logits))
            }
        }
        return Recording(arithmetic: Respondent.arithmetic, entries: entries)
    }

    /// The arithmetic of this engine.
    package static let arithmetic = 1
}
