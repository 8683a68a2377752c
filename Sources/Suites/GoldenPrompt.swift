import Inference
import JSONText

/// A prompt of a suite, and what the answer must be.
package struct GoldenPrompt: Sendable, Equatable {
    package enum Input: Sendable, Equatable, Hashable {
        /// Text as it is, without a template.
        case text(String)
        /// Turns that the model's chat template makes a prompt of.
        case conversation(Conversation)

        package static func messages(_ messages: [ChatMessage]) -> Input { .conversation(Conversation(messages)) }
    }

    package let id: String
    package let input: Input
    /// All must hold.
    package let expectations: [Expectation]
    package let tags: [String]
    /// How much it counts in shares; 1 as a rule.
    package let weight: Double
    package let maxTokens: Int
    /// Whether it is cheap enough, and telling enough, to ask on a device.
    package let isSmoke: Bool
    /// Where it was read; nil if it was made in code.
    package let place: Place?
    /// The line's object as JSON, where it was read.
    package let source: String?

    /// A line of a file, counted from 1.
    package struct Place: Sendable, Equatable {
        package let file: String
        package let line: Int

        package init(file: String, line: Int) {
            self.file = file
            self.line = line
        }
    }

    package init(
        id: String, input: Input, expectations: [Expectation], tags: [String] = [], weight: Double = 1,
        maxTokens: Int = defaultMaxTokens, isSmoke: Bool = false, place: Place? = nil, source: String? = nil
    ) {
        self.id = id
        self.input = input
        self.expectations = expectations
        self.tags = tags
        self.weight = weight
        self.maxTokens = maxTokens
        self.isSmoke = isSmoke
        self.place = place
        self.source = source
    }

    package static let defaultMaxTokens = 64

    /// Why `reply` is not the answer; nil if it is.
    package func mismatch(_ reply: Reply) -> Mismatch? {
        expectations.lazy.compactMap { $0.problem(with: reply) }.first.map { Mismatch(found: reply.text, $0) }
    }

    /// What a model has to be asked to judge it.
    package var question: Question {
        var answers: [String] = []
        for answer in expectations.flatMap(\.givenAnswers) where !answers.contains(answer) { answers.append(answer) }
        return Question(input: input, maxTokens: maxTokens, givenAnswers: answers)
    }

    /// Whether it asks and expects the same; tags, weight and `smoke` may differ.
    package func isSameQuestion(as other: GoldenPrompt) -> Bool {
        input == other.input && expectations == other.expectations && maxTokens == other.maxTokens
    }
}

/// Turns of a conversation and the tools that go with them, as JSON that chat templates read.
package struct Conversation: Sendable, Hashable {
    /// A list of messages.
    package let messages: String
    /// A list of tools, if there are any.
    package let tools: String?

    init(messages: JSON, tools: JSON?) {
        self.messages = messages.text
        self.tools = tools?.text
    }

    package init(_ messages: [ChatMessage]) {
        let turns = messages.map { "{\"role\":\(JSON.quoted($0.role)),\"content\":\(JSON.quoted($0.content))}" }
        self.messages = "[" + turns.joined(separator: ",") + "]"
        tools = nil
    }
}
