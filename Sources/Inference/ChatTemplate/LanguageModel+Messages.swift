extension LanguageModel {
    /// The text that the model's own chat template makes of `messages`, up to where the answer begins.
    package func rendered(_ messages: [ChatMessage]) throws -> String {
        guard let source = try file.string(ifPresent: "tokenizer.chat_template") else {
            throw InferenceError.noChatTemplate
        }
        return try ChatTemplate(parsing: source).render(
            messages: messages, bos: tokenizer.bos.map(tokenizer.text) ?? "",
            eos: tokenizer.eos.map(tokenizer.text) ?? "")
    }

    /// The tokens of `messages`: what the template writes, control tokens as such, and the first token as the model
    /// wants it.
    package func prompt(for messages: [ChatMessage]) throws -> [Int32] {
        let tokens = tokenizer.encode(try rendered(messages), parseSpecial: true)
        guard tokenizer.addsBOS, let bos = tokenizer.bos, tokens.first != bos else { return tokens }
        return [bos] + tokens
    }
}
