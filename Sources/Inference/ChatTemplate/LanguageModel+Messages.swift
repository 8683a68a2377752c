extension LanguageModel {
    /// The text that the model's own chat template makes of `input`.
    package func rendered(_ input: ChatInput) throws -> String {
        guard let source = try file.string(ifPresent: "tokenizer.chat_template") else {
            throw InferenceError.noChatTemplate
        }
        var input = input
        input.bos = tokenizer.bos.map(tokenizer.text)
        input.eos = tokenizer.eos.map(tokenizer.text)
        return try ChatTemplate(parsing: source).render(input)
    }

    /// The tokens of `input`: what the template writes, control tokens as such, and the first token as the model
    /// wants it.
    package func prompt(for input: ChatInput) throws -> [Int32] {
        let tokens = tokenizer.encode(try rendered(input), parseSpecial: true)
        guard tokenizer.addsBOS, let bos = tokenizer.bos, tokens.first != bos else { return tokens }
        return [bos] + tokens
    }

    /// The tokens of `messages`, whatever the time.
    package func prompt(for messages: [ChatMessage]) throws -> [Int32] { try prompt(for: ChatInput(messages)) }
}
