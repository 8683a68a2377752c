import JSONText
import Signatures

/// What a model is asked, whatever the answer must be. Equal questions get equal replies from the same model.
package struct Question: Sendable, Hashable {
    package let input: GoldenPrompt.Input
    package let maxTokens: Int
    /// Answers whose likelihood is wanted.
    package let givenAnswers: [String]

    package init(input: GoldenPrompt.Input, maxTokens: Int, givenAnswers: [String] = []) {
        self.input = input
        self.maxTokens = maxTokens
        self.givenAnswers = givenAnswers
    }

    /// The same for equal questions, today and tomorrow.
    package var digest: Digest {
        var parts: [JSON]
        switch input {
        case .text(let text): parts = [.string("text"), .string(text)]
        case .conversation(let conversation):
            parts = [.string("conversation"), .string(conversation.messages)]
            parts.append(conversation.tools.map { .string($0) } ?? .null)
        }
        parts += [.integer(maxTokens), .array(givenAnswers.map { .string($0) })]
        return .sha256(Array(JSON.array(parts).text.utf8))
    }
}
