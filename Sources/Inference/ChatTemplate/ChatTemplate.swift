/// Makes a prompt of messages, as the model was trained to read them.
///
/// Templates are Jinja, rendered as transformers does it. They come with models, so they are not trusted: nothing in
/// them can reach beyond the messages, and steps, nesting and text are bounded (`TemplateLimit`). What this engine
/// doesn't know is an error that names it, never a guess.
package struct ChatTemplate: Sendable {
    private let body: TemplateBody

    package init(parsing source: String) throws(TemplateError) {
        body = try TemplateParser.parse(source)
    }

    package func render(_ input: ChatInput) throws(TemplateError) -> String {
        var renderer = TemplateRenderer(globals: input.globals, now: input.now)
        return try renderer.render(body)
    }
}
