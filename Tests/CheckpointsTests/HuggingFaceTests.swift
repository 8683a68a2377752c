import Files
import Testing

@testable import Checkpoints
@testable import Tensors

@Suite("A Hugging Face directory becomes what llama.cpp's converter makes of it")
struct HuggingFaceTests {
    @Test func keysHaveTheirNamesAndOrder() throws {
        let model = try TinyModel()
        try model.write()
        let checkpoint = try Checkpoint(path: model.folder, name: "tiny")
        #expect(
            checkpoint.metadata.entries.map(\.key) == [
                "general.architecture", "general.type", "general.name", "general.size_label", "llama.block_count",
                "llama.context_length", "llama.embedding_length", "llama.feed_forward_length",
                "llama.attention.head_count", "llama.attention.head_count_kv", "llama.rope.freq_base",
                "llama.attention.layer_norm_rms_epsilon", "llama.attention.key_length", "llama.attention.value_length",
                "general.file_type", "llama.vocab_size", "llama.rope.dimension_count", "tokenizer.ggml.model",
                "tokenizer.ggml.pre", "tokenizer.ggml.tokens", "tokenizer.ggml.token_type", "tokenizer.ggml.merges",
                "tokenizer.ggml.bos_token_id", "tokenizer.ggml.eos_token_id", "tokenizer.ggml.add_bos_token",
                "tokenizer.ggml.add_eos_token", "tokenizer.chat_template", "general.quantization_version",
            ])
        #expect(try checkpoint.string("general.name") == "tiny")
        #expect(try checkpoint.strings("tokenizer.ggml.tokens") == ["<s>", "<e>", "a", "b", "ab", "[PAD5]"])
        #expect(try checkpoint.integers("tokenizer.ggml.token_type") == [3, 3, 1, 1, 1, 5])
        #expect(try checkpoint.strings("tokenizer.ggml.merges") == ["a b"])
        #expect(try checkpoint.string("tokenizer.ggml.pre") == "gpt-2")
        #expect(try checkpoint.unsigned("tokenizer.ggml.eos_token_id") == 1)
        // The post-processor's word counts before the settings'.
        #expect(try checkpoint.bool("tokenizer.ggml.add_bos_token") == false)
        #expect(try checkpoint.string("tokenizer.chat_template") == "{{ x }}")
        #expect(try checkpoint.float("llama.attention.layer_norm_rms_epsilon") == 1e-5)
        #expect(
            checkpoint.files.map(\.name) == [
                "config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json",
            ])
    }

    @Test func digitsBeforeByteLevelIsSmolLM() throws {
        var model = try TinyModel()
        model.tokenizer = model.tokenizer.replacing(
            #""pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true}"#,
            with: """
                "pre_tokenizer":{"type":"Sequence","pretokenizers":[{"type":"Digits","individual_digits":true},
                {"type":"ByteLevel","add_prefix_space":false,"use_regex":true}]}
                """)
        try model.write()
        #expect(try Checkpoint(path: model.folder).string("tokenizer.ggml.pre") == "smollm")
    }

    /// Rows i and i + half of a head become neighbours.
    @Test func rotaryRowsAreInterleaved() throws {
        let model = try TinyModel()
        try model.write()
        let tensors = try Checkpoint(path: model.folder).tensors
        let queries = try #require(tensors.first { $0.name == "blk.0.attn_q.weight" })
        #expect((0..<8).map(queries.sourceRow) == [0, 2, 1, 3, 4, 6, 5, 7])
        let keys = try #require(tensors.first { $0.name == "blk.0.attn_k.weight" })
        #expect((0..<4).map(keys.sourceRow) == [0, 2, 1, 3])
        let values = try #require(tensors.first { $0.name == "blk.0.attn_v.weight" })
        #expect((0..<4).map(values.sourceRow) == [0, 1, 2, 3])
        #expect(queries.shape == [8, 8] && values.shape == [8, 4])
    }

    @Test func shardsAreReadAsOne() throws {
        var model = try TinyModel()
        model.shards = 3
        try model.write()
        let checkpoint = try Checkpoint(path: model.folder)
        #expect(checkpoint.tensors.count == 11)
        #expect(checkpoint.files.map(\.name).filter { $0.hasSuffix(".safetensors") }.count == 3)
    }

    @Test(arguments: ["../model.safetensors", "/etc/model.safetensors", "model.bin", ".safetensors", ""])
    func shardsOutsideAreRefused(_ name: String) {
        #expect(!HuggingFaceWeights.isShardName(name))
    }

    @Test(arguments: [
        ("LlamaForCausalLM", "MambaForCausalLM"), ("\"silu\"", "\"gelu\""), (":null", ":{\"type\":\"linear\"}"),
        ("\"hidden_size\":8", "\"hidden_size\":-8"), ("\"hidden_size\":8", "\"hidden_size\":1e9"),
        ("\"vocab_size\":6", "\"vocab_size\":4"), ("\"head_dim\":4", "\"head_dim\":3"), ("\"head_dim\":4", "\"x\":1"),
        ("\"num_hidden_layers\":1", "\"num_hidden_layers\":2"), ("\"rms_norm_eps\":1e-5,", ""),
        ("\"tie_word_embeddings\":true", "\"tie_word_embeddings\":false"), ("\"bos_token_id\":0", "\"bos\":{"),
    ]) func anotherConfigIsRefusedOrMatches(_ from: String, _ to: String) throws {
        var model = try TinyModel()
        model.config = model.config.replacing(from, with: to)
        try model.write()
        if to == "\"x\":1" {
            #expect(try Checkpoint(path: model.folder).contains("llama.attention.key_length") == false)
        } else {
            #expect(throws: (any Error).self) { try Checkpoint(path: model.folder) }
        }
    }

    @Test(arguments: [
        ("\"normalizer\":null", "\"normalizer\":{\"type\":\"NFC\"}"), ("\"use_regex\":true", "\"use_regex\":false"),
        ("\"type\":\"BPE\"", "\"type\":\"Unigram\""), ("\"ab\":4", "\"ab\":6"), ("\"ab\":4", "\"ab\":3"),
        ("\"ab\":4", "\"ab\":-1"), ("\"id\":1", "\"id\":3"), ("[\"a\",\"b\"]", "[\"a\"]"), ("\"merges\"", "\"x\""),
        ("\"ab\":4", "\"a\":4"),
    ]) func anotherTokenizerIsRefused(_ from: String, _ to: String) throws {
        var model = try TinyModel()
        model.tokenizer = model.tokenizer.replacing(from, with: to)
        try model.write()
        #expect(throws: (any Error).self) { try Checkpoint(path: model.folder) }
    }

    @Test(
        arguments: [
            ("[\\\\p{L}\\\\p{M}]+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{M}\\\\p{N}]", false, "qwen35"),
            ("\\\\p{L}+|\\\\p{N}| ?[^\\\\s\\\\p{L}\\\\p{N}]", false, "qwen2"),
            ("\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]", true, "llama-bpe"),
            ("\\\\p{L}+|\\\\p{N}{1,2}| ?[^\\\\s\\\\p{L}\\\\p{N}]", false, nil),
            ("\\\\p{L}+|\\\\p{N}{1,3}| ?[^\\\\s\\\\p{L}\\\\p{N}]", false, nil),
        ] as [(String, Bool, String?)]) func aRegexNamesThePreTokenizer(
            _ middle: String, ignoresMerges: Bool, _ name: String?
        )
        throws
    {
        let start = "(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\\\r\\\\n\\\\p{L}\\\\p{N}]?"
        let end = "+[\\\\r\\\\n]*|\\\\s*[\\\\r\\\\n]+|\\\\s+(?!\\\\S)|\\\\s+"
        let split =
            "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + start + middle + end
            + "\"},\"behavior\":\"Isolated\",\"invert\":false}"
        var model = try TinyModel()
        model.tokenizer = model.tokenizer.replacing(
            "{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":true}",
            with: "{\"type\":\"Sequence\",\"pretokenizers\":[" + split
                + ",{\"type\":\"ByteLevel\",\"add_prefix_space\":false,\"use_regex\":false}]}")
        if ignoresMerges {
            model.tokenizer = model.tokenizer.replacing(
                "\"type\":\"BPE\"", with: "\"type\":\"BPE\",\"ignore_merges\":true")
        }
        try model.write()
        guard let name else {
            #expect(throws: CheckpointError.self) { try Checkpoint(path: model.folder) }
            return
        }
        #expect(try Checkpoint(path: model.folder).string("tokenizer.ggml.pre") == name)
    }

    @Test func tensorsMustBeThoseOfTheModel() throws {
        var model = try TinyModel()
        model.shapes.append(("model.layers.0.self_attn.q_proj.bias", [8]))
        try model.write()
        #expect(
            throws: CheckpointError.unexpectedTensor("model.layers.0.self_attn.q_proj.bias", path: model.folder)
        ) { try Checkpoint(path: model.folder) }
        model.shapes.removeLast(2)
        try model.write()
        #expect(
            throws: CheckpointError.missingTensor("model.layers.0.self_attn.v_proj.weight", path: model.folder)
        ) { try Checkpoint(path: model.folder) }
    }

    @Test(arguments: [
        (134_515_008, "135M"), (3_411_200, "3.4M"), (999_600, "1000K"), (8_030_261_248, "8.0B"), (20_000, "20K"),
    ]) func sizesAreRounded(_ parameters: Int, _ label: String) {
        #expect(ModelConfig.sizeLabel(parameters) == label)
    }
}
