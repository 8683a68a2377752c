/// The pre-tokenizers by name, with their patterns: facts from llama.cpp and the models' own tokenizers.
struct PreTokenizerFamily: Sendable {
    let names: [String]
    let patterns: [String]
    var ignoresMerges = false
    var addsBOS = false

    /// Stand for what no pattern says.
    static let digitGroups = "digits by threes"
    static let numberGroups = "numbers by threes"

    private static let contraction = #"(?i:'s|'t|'re|'ve|'m|'ll|'d)"#
    private static let spaces = #"\s+(?!\S)|\s+"#
    private static let gpt2 = #"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|"# + spaces
    private static let punctuated = #" ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|"# + spaces
    private static let words = contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}+|"#
    private static let llama3 = words + #"\p{N}{1,3}|"# + punctuated
    private static let qwen2 = words + #"\p{N}|"# + punctuated

    /// Words of capitals and then small letters, as far as ASCII has them.
    private static func cased(_ letters: String, _ suffix: String, numbers: String) -> String {
        let (upper, lower) = ("[\(letters)--a-z]", "[\(letters)--A-Z]")
        return #"[^\r\n\p{L}\p{N}]?\#(upper)*\#(lower)+\#(suffix)|[^\r\n\p{L}\p{N}]?\#(upper)+\#(lower)*\#(suffix)"#
            + #"|\#(numbers)| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|\#(spaces)"#
    }

    private static let asciiWords = ##"[!"#$%&'()*+,\-./:;<=>?@\[\\\]^_`{|}~][A-Za-z]+"##
    private static let markedWords = #"[^\r\n\p{L}\p{P}\p{S}]?[\p{L}\p{M}]+"#
    private static let deepSeek3 =
        asciiWords + "|" + markedWords + #"| ?[\p{P}\p{S}]+[\r\n]*|\s*[\r\n]+|"# + spaces
    private static let clauses = " ?[^(\\s|.,!?\u{2026}\u{3002}\u{FF0C}\u{3001}\u{964}\u{6D4}\u{60C})]+"
    private static let ideographsAndKana = "\u{4E00}-\u{9FA5}\u{3040}-\u{30FF}"
    private static let deepSeekSyllables = "[\u{4E00}-\u{9FA5}\u{800}-\u{4E00}\u{AC00}-\u{D7FF}]+"

    private static let deepSeekLetters =
        "\u{B5}\u{C0}-\u{D6}\u{D8}-\u{F6}\u{F8}-\u{1BA}\u{1BC}-\u{1BF}\u{1C4}-\u{293}\u{295}-\u{2AF}"
        + "\u{370}-\u{373}\u{376}\u{377}\u{37B}-\u{37D}\u{37F}\u{386}\u{388}-\u{38A}\u{38C}\u{38E}-\u{3A1}"
        + "\u{3A3}-\u{3F5}\u{3F7}-\u{481}\u{48A}-\u{52F}\u{531}-\u{556}\u{10A0}-\u{10C5}\u{13A0}-\u{13F5}"
        + "\u{13F8}-\u{13FD}\u{1C90}-\u{1CBA}\u{1CBD}-\u{1CBF}\u{1D00}-\u{1D2B}\u{1D6B}-\u{1D77}\u{1D79}-\u{1D9A}"
        + "\u{1E00}-\u{1F15}\u{1F18}-\u{1F1D}\u{1F20}-\u{1F45}\u{1F48}-\u{1F4D}\u{1F50}-\u{1F57}\u{1F59}\u{1F5B}"
        + "\u{1F5D}\u{1F5F}-\u{1F7D}\u{1F80}-\u{1FB4}\u{1FB6}-\u{1FBC}\u{1FBE}\u{1FC2}-\u{1FC4}\u{1FC6}-\u{1FCC}"
        + "\u{1FD0}-\u{1FD3}\u{1FD6}-\u{1FDB}\u{1FE0}-\u{1FEC}\u{1FF2}-\u{1FF4}\u{1FF6}-\u{1FFC}\u{2102}\u{2107}"
        + "\u{210A}-\u{2113}\u{2115}\u{2119}-\u{211D}\u{2124}\u{2126}\u{2128}\u{212A}-\u{212D}\u{212F}-\u{2134}"
        + "\u{2139}\u{213C}-\u{213F}\u{2145}-\u{2149}\u{214E}\u{2183}\u{2184}\u{2C00}-\u{2C7B}\u{2C7E}-\u{2CE4}"
        + "\u{2CEB}-\u{2CEE}\u{2CF2}\u{2CF3}\u{A640}-\u{A66D}\u{A680}-\u{A69B}\u{A722}-\u{A76F}\u{A771}-\u{A787}"
        + "\u{A78B}-\u{A78E}\u{AB70}-\u{ABBF}\u{FB00}-\u{FB06}\u{FB13}-\u{FB17}\u{FF21}-\u{FF3A}\u{FF41}-\u{FF5A}"
        + "\u{10400}-\u{1044F}\u{104B0}-\u{104D3}\u{104D8}-\u{104FB}\u{10C80}-\u{10CB2}\u{10CC0}-\u{10CF2}"
        + "\u{118A0}-\u{118DF}\u{1E900}-\u{1E943}"

    static let all: [PreTokenizerFamily] = [
        PreTokenizerFamily(
            names: ["default"],
            patterns: [#"[\p{P}$+<=>^~|]+"#, gpt2, #"\p{N}+"#, "[0-9][0-9][0-9]"]),
        PreTokenizerFamily(
            names: [
                "llama3", "llama-v3", "llama-bpe", "falcon3", "falcon-h1", "pixtral", "midm-2.0", "lfm2",
                "jina-v5-nano",
            ], patterns: [llama3], ignoresMerges: true, addsBOS: true),
        PreTokenizerFamily(names: ["dbrx", "smaug-bpe", "chatglm-bpe"], patterns: [llama3]),
        PreTokenizerFamily(names: ["glm4", "glm5"], patterns: [llama3], ignoresMerges: true),
        PreTokenizerFamily(
            names: ["jais-2"],
            patterns: [
                words + #"\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+|\s{512}(?!\S)|\s{256}(?!\S)|\s{128}(?!\S)"#
                    + #"|\s{64}(?!\S)|\s{32}(?!\S)|\s{16}(?!\S)|\s{8}(?!\S)|\s{4}(?!\S)|\s{1,2}(?!\S)|\s"#
            ]),
        PreTokenizerFamily(
            names: ["minicpm5"], patterns: [#"\p{N}{1,3}"#, words + #"\p{N}+|"# + punctuated], ignoresMerges: true),
        PreTokenizerFamily(
            names: ["deepseek-llm"],
            patterns: [
                #"[\r\n]"#, #"\s?[A-Za-z"# + deepSeekLetters + "]+",
                "\\s?[!-/:-~\u{FF01}-\u{FF0F}\u{FF1A}-\u{FF5E}\u{2018}-\u{201F}\u{3000}-\u{3002}]+", #"\s+$"#,
                deepSeekSyllables, #"\p{N}+"#,
            ]),
        PreTokenizerFamily(
            names: ["deepseek-coder"],
            patterns: [#"[\r\n]"#, #"\s?\p{L}+"#, #"\s?\p{P}+"#, deepSeekSyllables, #"\p{N}"#]),
        PreTokenizerFamily(
            names: ["deepseek-v3", "hunyuan-dense", "joyai-llm", "hy_v4"],
            patterns: [#"\p{N}{1,3}"#, "[" + ideographsAndKana + "]+", deepSeek3]),
        PreTokenizerFamily(
            names: ["spark2_5"],
            patterns: [
                #"\p{N}{1,3}"#, "[" + ideographsAndKana + "]+",
                asciiWords + "|" + markedWords + #"| ?[\p{P}\p{S}]+|[\r\n]|"# + spaces, #"\p{N}"#,
            ]),
        PreTokenizerFamily(
            names: ["youtu"],
            patterns: [
                "[\u{AC00}-\u{D7A3}\u{3131}-\u{318E}]+|[\u{FF01}\u{2026}\u{201C}\u{201D}\u{2018}\u{2019}\u{2014}"
                    + "\u{FF1A}\u{FF1B}\u{FF0C}\u{3001}-\u{303F}\u{FE30}-\u{FE4F}]+|[\u{3105}-\u{312F}]+|["
                    + ideographsAndKana + "]+",
                #"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+"# + contraction
                    + #"?|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|"# + spaces,
            ], ignoresMerges: true),
        PreTokenizerFamily(
            names: ["falcon"], patterns: [#"[\p{P}$+<=>^~|`]+"#, gpt2, "[0-9][0-9][0-9]"]),
        PreTokenizerFamily(
            names: ["starcoder", "refact", "command-r", "smollm", "codeshell", "exaone", "minerva-7b", "mellum2"],
            patterns: [#"\p{N}"#, gpt2]),
        PreTokenizerFamily(
            names: [
                "gpt-2", "phi-2", "jina-es", "jina-de", "gigachat", "jina-v2-es", "jina-v2-de", "a.x-4.0", "mellum",
                "modern-bert", "jina-v1-en", "jina-v2-code", "roberta-bpe", "exaone4", "mpt", "olmo", "jais",
                "trillion",
                "granite-docling",
            ], patterns: [gpt2]),
        PreTokenizerFamily(
            names: [
                "qwen2", "deepseek-r1-qwen", "kormo", "f2llmv2", "megrez", "stablelm2", "hunyuan", "solar-open",
                "grok-2",
            ], patterns: [qwen2]),
        PreTokenizerFamily(
            names: ["qwen35"],
            patterns: [
                contraction + #"|[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+[\r\n]*|\s*[\r\n]+|"#
                    + spaces
            ]),
        PreTokenizerFamily(names: ["laguna"], patterns: [#"[^\n]+|[\n]+"#, qwen2]),
        PreTokenizerFamily(
            names: ["ufakzeka"], patterns: [#"[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}|"# + punctuated]),
        PreTokenizerFamily(
            names: ["bailingmoe", "bailingmoe2", "llada-moe"],
            patterns: [words + #"\p{N}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]|"# + spaces]),
        PreTokenizerFamily(
            names: ["seed-coder"], patterns: [words + #"\p{N}| ?[^\s\p{L}\p{N}\r\n]+|\s*[\r\n]+|"# + spaces]),
        PreTokenizerFamily(
            names: ["exaone-moe"],
            patterns: [
                contraction + #"|[^\r\n\p{L}\p{N}]?\p{L}\p{M}*(?: ?\p{L}\p{M}*)*|\p{N}| ?[^\s\p{L}\p{N}]+[\r\n/]?"#
                    + #"|\s*[\r\n]|"# + spaces
            ]),
        PreTokenizerFamily(names: ["poro-chat", "bloom", "gpt3-finnish"], patterns: [clauses]),
        PreTokenizerFamily(names: ["viking"], patterns: [clauses, #"\p{N}"#]),
        PreTokenizerFamily(
            names: ["tekken"], patterns: [cased(#"\p{L}"#, "", numbers: #"\p{N}"#)], ignoresMerges: true, addsBOS: true),
        PreTokenizerFamily(
            names: ["gpt-4o", "llama4", "kanana2", "talkie", "minimax-m2"],
            patterns: [cased(#"\p{L}"#, contraction + "?", numbers: #"\p{N}{1,3}"#)]),
        PreTokenizerFamily(
            names: ["granite-embed-multi-97m"],
            patterns: [cased(#"\p{L}\p{M}"#, contraction + "?", numbers: #"\p{N}{1,3}"#)], ignoresMerges: true),
        PreTokenizerFamily(
            names: ["tiny_aya", "cohere2moe"],
            patterns: [
                numberGroups,
                #"[^\r\n\p{L}\p{N}]?[\p{L}\p{M}]+"# + contraction
                    + #"?|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n/]*|\s*[\r\n]+|"# + spaces,
            ]),
        PreTokenizerFamily(names: ["superbpe"], patterns: [#"\p{N}+"#, digitGroups]),
        PreTokenizerFamily(
            names: ["kimi-k2"],
            patterns: [
                "[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{20000}-\u{2A6DF}\u{2A700}-\u{2EBEF}\u{F900}-\u{FAFF}\u{2F800}-\u{2FA1F}]+|"
                    + #"[^\r\n\p{L}\p{L0}\p{N}]?\p{L}+"# + contraction
                    + #"?|\p{N}{1,3}| ?[^\s\p{L}\p{L0}\p{N}]+[\r\n]*|\s*[\r\n]+|"# + spaces
            ]),
        PreTokenizerFamily(
            names: ["afmoe"],
            patterns: [
                numberGroups,
                "[\u{4E00}-\u{9FFF}\u{3400}-\u{4DBF}\u{8C48}-\u{FAFF}\u{3040}-\u{30FF}\u{FF65}-\u{FF9F}"
                    + "\u{2F00}-\u{2FDF}\u{E40}-\u{EFF}\u{1780}-\u{17FF}\u{1000}-\u{109F}\u{AA60}-\u{AA7F}"
                    + "\u{A9E0}-\u{A9FF}\u{AC00}-\u{D7AF}\u{1100}-\u{11FF}]+", deepSeek3,
            ]),
        PreTokenizerFamily(
            names: ["chameleon"],
            patterns: [
                "<sentinel:[0-9]+>", "IMGIMG[A-I]{1,4}Z", #"[\t\n]|    |  "#, #"\p{N}"#, #"[\p{P}!-/:-@\[-`{-~]"#, gpt2,
            ], addsBOS: true),
    ]
}
