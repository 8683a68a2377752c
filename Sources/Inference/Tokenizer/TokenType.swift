/// What a token is for (`tokenizer.ggml.token_type`).
package enum TokenType: Int32, Sendable {
    case normal = 1
    case unknown, control, userDefined, unused, byte
}
