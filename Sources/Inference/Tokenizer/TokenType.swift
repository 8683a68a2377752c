/// What a token is for (`tokenizer.ggml.token_type`).
package enum TokenType: Int32, Sendable {
    case normal = 1
    case unknown, control, userDefined, unused, byte
}

/// Texts that end an answer wherever a vocabulary has them, whatever its `eos` is; llama.cpp's list.
let endOfGenerationTexts: Set<String> = [
    "<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<|eom_id|>",
    "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "</s>", "<eos>", "<end_of_utterance>", "<｜end▁of▁sentence｜>",
]
