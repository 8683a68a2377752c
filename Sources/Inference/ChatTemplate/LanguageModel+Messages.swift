extension LanguageModel {
    /// The model's own chat template.
    package func chatTemplate() throws -> ChatTemplate {
        guard let source = try file.string(ifPresent: "tokenizer.chat_template") else {
            throw InferenceError.noChatTemplate
        }
        return try ChatTemplate(parsing: source)
    }

    /// The text that the model's own chat template makes of `input`; who renders often passes the template, parsed once.
    package func rendered(_ input: ChatInput, by template: ChatTemplate? = nil) throws -> String {
        var input = input
        input.bos = tokenizer.bos.map(tokenizer.text)
        input.eos = tokenizer.eos.map(tokenizer.text)
        return try (template ?? chatTemplate()).render(input)
    }

    /// The tokens of `input`: what the template writes, control tokens as such, and the first token as the model
    /// wants it.
    package func prompt(for input: ChatInput, by template: ChatTemplate? = nil) throws -> [Int32] {
        let tokens = tokenizer.encode(try rendered(input, by: template), parseSpecial: true)
        guard tokenizer.addsBOS, let bos = tokenizer.bos, tokens.first != bos else { return tokens }
        return [bos] + tokens
    }

    /// The text that the model's own chat template makes of `messages`, up to where the answer begins.
    ///
    /// Throws a failure of the kind `usage` where the model has no template or it refuses the messages, `notForThisDevice`
    /// where it has what this engine doesn't know, `damaged` where it makes no sense.
    public func rendered(_ messages: [ChatMessage]) throws -> String { try rendered(ChatInput(messages)) }

    /// The tokens of `messages`: what the model's chat template makes of them, whatever the time.
    public func prompt(for messages: [ChatMessage]) throws -> [Int32] { try prompt(for: ChatInput(messages)) }
}
