/// What a chat template sees: a conversation, and what goes with it.
package struct ChatInput: Sendable {
    /// A list of messages with whatever keys they have.
    package var messages: TemplateValue
    /// A list of tool definitions, or none.
    package var tools = TemplateValue.none
    package var documents = TemplateValue.none
    /// Whether the prompt ends where the assistant's answer begins.
    package var addGenerationPrompt = true
    /// The text of the model's token of that kind; `eos` likewise.
    package var bos: String?
    package var eos: String?
    /// Further variables, which go before those above.
    package var variables: [(name: String, value: TemplateValue)] = []
    /// The time that `strftime_now` tells; without it templates don't find that function, and most have a fixed date.
    package var now: TemplateTime?

    package init(messages: TemplateValue) { self.messages = messages }

    package init(_ messages: [ChatMessage]) {
        self.init(
            messages: .list(
                messages.map { .dictionary([("role", .string($0.role)), ("content", .string($0.content))]) }))
    }

    var globals: [String: TemplateValue] {
        var globals: [String: TemplateValue] = [
            "messages": messages, "tools": tools, "documents": documents,
            "add_generation_prompt": .bool(addGenerationPrompt),
        ]
        for name in TemplateFunction.allCases { globals[name.rawValue] = .function(name) }
        if now == nil { globals["strftime_now"] = nil }
        globals["bos_token"] = bos.map(TemplateValue.string)
        globals["eos_token"] = eos.map(TemplateValue.string)
        for (name, value) in variables { globals[name] = value }
        return globals
    }
}
