import JSONText
import Tensors

/// How a `tokenizer.json` of SentencePiece's kind treats spaces; an arrangement that GGUF can't state is an error.
struct PieceForm {
    /// Whether a space goes in front of every text.
    private(set) var addsSpace = false
    /// Whether no token may reach over the start of a word.
    private(set) var splitsAtSpaces = false

    init(_ source: HuggingFaceTokenizer) throws(CheckpointError) {
        let json = source.tokenizer.json
        guard let model = json["model"], model["type"]?.string == "BPE" else {
            throw source.unsupported("model", json["model"])
        }
        for (key, usual) in [
            ("ignore_merges", JSON.bool(false)), ("dropout", .integer(0)), ("continuing_subword_prefix", .string("")),
            ("end_of_word_suffix", .string("")),
        ] {
            guard let value = model[key], !value.isNull, value != usual else { continue }
            throw source.unsupported("model." + key, value)
        }
        for token in json["added_tokens"]?.array ?? [] {
            for key in ["single_word", "lstrip", "rstrip"] where token[key]?.bool == true {
                throw source.unsupported("added_tokens." + key, token["content"])
            }
        }
        var replaces = false
        for step in Self.steps(json["normalizer"], "normalizers") {
            switch step["type"]?.string {
            case "Prepend" where step["prepend"]?.string == PieceTable.space: addsSpace = true
            case "Replace"
            where step["pattern"]?["String"]?.string == " " && step["content"]?.string == PieceTable.space:
                replaces = true
            default: throw source.unsupported("normalizer", step)
            }
        }
        for step in Self.steps(json["pre_tokenizer"], "pretokenizers") {
            switch step["type"]?.string {
            case "Metaspace" where step["replacement"]?.string == PieceTable.space:
                replaces = true
                splitsAtSpaces = step["split"]?.bool != false
                // With "first", text behind a special token gets no space of its own; GGUF's readers give it one.
                if step["prepend_scheme"]?.string != "never", step["add_prefix_space"]?.bool != false {
                    addsSpace = true
                }
            // Gemma's: no space is left to split at.
            case "Split" where replaces && step["pattern"]?["String"]?.string == " ": continue
            default: throw source.unsupported("pre_tokenizer", step)
            }
        }
        guard replaces else { throw source.unsupported("normalizer", json["normalizer"]) }
    }

    private static func steps(_ json: JSON?, _ list: String) -> [JSON] {
        guard let json, !json.isNull else { return [] }
        return json["type"]?.string == "Sequence" ? json[list]?.array ?? [] : [json]
    }
}
