/// Which tokens end an answer: by their keys, and by texts that are well known, as llama.cpp determines them.
///
/// Files often mark such tokens as text. They become control tokens here, so that what users write can't forge a turn.
struct EndOfGeneration: Sendable {
    private(set) var tokens: Set<Int32> = []

    /// Texts that end an answer wherever a vocabulary has them.
    private static let endings = [
        "<|eot_id|>", "<|im_end|>", "<|end|>", "<|return|>", "<|call|>", "<|flush|>", "<|calls|>", "<end_of_turn>",
        "<|endoftext|>", "</s>", "<|eom_id|>", "<EOT>", "_<EOT>", "[EOT]", "[EOS]", "<|end_of_text|>",
        "<end_of_utterance>", "<eos>", "<turn|>", "<|tool_response>", "<｜end▁of▁sentence｜>", "[e~[",
    ]
    /// Texts of tokens for filling in the middle; of those that end an answer (`ends`) a model has one at most.
    private static let fillings: [(key: KeyPath<SpecialTokenIDs, Int32?> & Sendable, ends: Bool, texts: [String])] = [
        (
            \.fillPrefix, false,
            [
                "<|fim_prefix|>", "<fim-prefix>", "<fim_prefix>", "<｜fim▁begin｜>", "<PRE>", "▁<PRE>", "<|code_prefix|>",
                "<|prefix|>",
            ]
        ),
        (
            \.fillSuffix, false,
            [
                "<|fim_suffix|>", "<fim-suffix>", "<fim_suffix>", "<｜fim▁hole｜>", "<SUF>", "▁<SUF>", "<|code_suffix|>",
                "<|suffix|>",
            ]
        ),
        (
            \.fillMiddle, false,
            [
                "<|fim_middle|>", "<fim-middle>", "<fim_middle>", "<｜fim▁end｜>", "<MID>", "▁<MID>", "<|code_middle|>",
                "<|middle|>",
            ]
        ),
        (\.fillPadding, true, ["<|fim_pad|>", "<fim-pad>", "<fim_pad>", "<PAD>", "[PAD]"]),
        (\.fillRepository, true, ["<|fim_repo|>", "<|repo_name|>", "<fim-repo>", "<REPO>", "<reponame>"]),
        (\.fillSeparator, true, ["<|file_sep|>"]),
    ]
    /// Texts that show in an answer whatever the file says of them.
    private static let shown = ["<|channel|>", "<|message|>", "<|start|>", "<|constrain|>"]

    init(_ vocabulary: inout Vocabulary, _ ids: SpecialTokenIDs) {
        for filling in Self.fillings {
            var found = ids[keyPath: filling.key]
            if found == nil, let token = filling.texts.compactMap({ vocabulary.find($0) }).first {
                vocabulary.set(token, .control)
                found = token
            }
            if filling.ends, let found { tokens.insert(found) }
        }
        for token in Self.endings.compactMap({ vocabulary.find($0) }) {
            tokens.insert(token)
            vocabulary.set(token, .control)
        }
        for token in Self.shown.compactMap({ vocabulary.find($0) }) { vocabulary.set(token, .userDefined) }
        tokens.formUnion([ids.eos, ids.eot, ids.eom].compactMap { $0 })
        unmark("<|end|>", as: .userDefined, where: ["<|return|>", "<|call|>"], &vocabulary)
        unmark("<|end|>", as: .userDefined, where: ["<|calls|>", "<|flush|>"], &vocabulary)
        unmark("<|end|>", as: .userDefined, where: ["<|call|>", "<|flush|>"], &vocabulary)
        unmark("<|end|>", as: .userDefined, where: ["<|return|>", "<|calls|>"], &vocabulary)
        unmark("</s>", as: .normal, where: ["<|tool_response>"], &vocabulary)
        unmark("</s>", as: .normal, where: ["<|plamo:eos|>"], &vocabulary)
    }

    /// In the company of `others` a text doesn't end an answer after all.
    private mutating func unmark(
        _ text: String, as type: TokenType, where others: [String], _ vocabulary: inout Vocabulary
    ) {
        guard let token = vocabulary.find(text), tokens.contains(token) else { return }
        for other in others {
            guard let found = vocabulary.find(other), tokens.contains(found) else { return }
        }
        tokens.remove(token)
        vocabulary.set(token, type)
    }
}
