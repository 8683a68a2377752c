/// One turn of a conversation.
package struct ChatMessage: Codable, Hashable, Sendable {
    package let role: String
    package let content: String

    package init(role: String, content: String) {
        self.role = role
        self.content = content
    }
}

/// Makes a prompt of messages, as the model was trained to read them.
///
/// Templates are Jinja, rendered as transformers does it. They come with models, so they are not trusted: nothing in
/// them can reach beyond the messages, and steps, nesting and text are bounded (`TemplateLimit`). What this engine
/// doesn't know is an error that names it, never a guess.
package struct ChatTemplate: Sendable {
    private let statements: [TemplateStatement]

    package init(parsing source: String) throws(TemplateError) {
        statements = try TemplateParser.parse(source)
    }

    /// - Parameters:
    ///   - addGenerationPrompt: whether the prompt ends where the assistant's answer begins.
    ///   - bos: the text of the model's token of that kind; `eos` likewise.
    package func render(
        messages: [ChatMessage], addGenerationPrompt: Bool = true, bos: String = "", eos: String = ""
    ) throws(TemplateError) -> String {
        var renderer = TemplateRenderer(globals: [
            "messages": .list(
                messages.map { .dictionary([("role", .string($0.role)), ("content", .string($0.content))]) }),
            "add_generation_prompt": .bool(addGenerationPrompt),
            "bos_token": .string(bos), "eos_token": .string(eos), "tools": .none, "documents": .none,
        ])
        try renderer.run(statements)
        return renderer.output
    }
}
