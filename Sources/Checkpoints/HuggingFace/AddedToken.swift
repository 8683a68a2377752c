import JSONText
import Tensors

/// A token that a tokenizer finds in text before anything else.
struct AddedToken {
    let id: Int
    let text: String
    let type: HuggingFaceTokenizer.TokenType

    /// As `added_tokens` of `tokenizer.json` has it, or `added_tokens_decoder` of `tokenizer_config.json` under `id`.
    init(_ json: JSON, id: Int? = nil, path: String) throws(CheckpointError) {
        guard let id = id ?? json["id"]?.integer, let text = json["content"]?.string else {
            throw .token(id: id ?? json["id"]?.integer ?? -1, path: path)
        }
        self.id = id
        self.text = text
        type = json["special"]?.bool == true || Self.looksSpecial(text) ? .control : .userDefined
    }

    /// Some models forget to mark their control tokens (llama.cpp's does_token_look_special).
    private static func looksSpecial(_ token: String) -> Bool {
        ["<pad>", "<mask>", "<2mass>", "[@BOS@]"].contains(token)
            || (token.hasPrefix("<|") && token.hasSuffix("|>"))
            || (token.hasPrefix("<\u{FF5C}") && token.hasSuffix("\u{FF5C}>"))
            || (token.hasPrefix("<unused") && token.hasSuffix(">"))
    }
}
