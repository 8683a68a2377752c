import Files

@testable import Checkpoints
@testable import Tensors

/// A Hugging Face directory of a llama model with 2 heads of 4, made in code; removed with this value.
struct TinyModel: ~Copyable {
    let folder: String
    static let hidden = 8, intermediate = 32, vocabulary = 6, layers = 1

    /// Texts of the JSON files, to be changed before they are written.
    var config = """
        {"architectures":["LlamaForCausalLM"],"bos_token_id":0,"eos_token_id":[1],"hidden_act":"silu","hidden_size":8,
        "intermediate_size":32,"max_position_embeddings":64,"num_attention_heads":2,"num_key_value_heads":1,
        "num_hidden_layers":1,"rms_norm_eps":1e-5,"rope_theta":10000.0,"rope_scaling":null,
        "tie_word_embeddings":true,"vocab_size":6,"head_dim":4}
        """
    var tokenizer = """
        {"added_tokens":[{"id":0,"content":"<s>","special":true},{"id":1,"content":"<e>","special":true}],
        "normalizer":null,"pre_tokenizer":{"type":"ByteLevel","add_prefix_space":false,"use_regex":true},
        "post_processor":{"type":"ByteLevel"},"model":{"type":"BPE","vocab":{"<s>":0,"<e>":1,"a":2,"b":3,"ab":4},
        "merges":[["a","b"]]}}
        """
    var settings = #"{"add_bos_token":true,"bos_token":"<s>","eos_token":{"content":"<e>"},"chat_template":"{{ x }}"}"#
    /// By Hugging Face's names; each number is its position in the tensor.
    var shapes: [(name: String, shape: [Int])] = [
        ("model.embed_tokens.weight", [6, 8]),
        ("model.norm.weight", [8]),
        ("model.layers.0.input_layernorm.weight", [8]),
        ("model.layers.0.post_attention_layernorm.weight", [8]),
        ("model.layers.0.mlp.down_proj.weight", [8, 32]),
        ("model.layers.0.mlp.gate_proj.weight", [32, 8]),
        ("model.layers.0.mlp.up_proj.weight", [32, 8]),
        ("model.layers.0.self_attn.k_proj.weight", [4, 8]),
        ("model.layers.0.self_attn.o_proj.weight", [8, 8]),
        ("model.layers.0.self_attn.q_proj.weight", [8, 8]),
        ("model.layers.0.self_attn.v_proj.weight", [4, 8]),
    ]
    /// How many shards the weights fall into; 0 means one file without an index.
    var shards = 0

    init() throws {
        folder = "/tmp/modelpack-tiny-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
    }

    deinit { try? FileSystem.remove(folder) }

    func write() throws {
        try FileSystem.replace(folder + "/config.json", with: Array(config.utf8))
        try FileSystem.replace(folder + "/tokenizer.json", with: Array(tokenizer.utf8))
        try FileSystem.replace(folder + "/tokenizer_config.json", with: Array(settings.utf8))
        if shards == 0 {
            try FileSystem.replace(folder + "/model.safetensors", with: Self.safetensors(shapes))
            return
        }
        var map: [String] = []
        for shard in 0..<shards {
            let name = "model-\(shard).safetensors"
            let part = shapes.indices.filter { $0 % shards == shard }.map { shapes[$0] }
            try FileSystem.replace(folder + "/" + name, with: Self.safetensors(part))
            map += part.map { #""\#($0.name)":"\#(name)""# }
        }
        let index = #"{"weight_map":{\#(map.joined(separator: ","))}}"#
        try FileSystem.replace(folder + "/model.safetensors.index.json", with: Array(index.utf8))
    }

    static func safetensors(_ shapes: [(name: String, shape: [Int])]) -> [UInt8] {
        safetensors(shapes.map { ($0.name, $0.shape, (0..<$0.shape.reduce(1, *)).map { Float($0) }) })
    }

    /// A file of F32, or of bytes of the type that `dtypes` has for a name.
    static func safetensors(
        _ tensors: [(name: String, shape: [Int], numbers: [Float])], dtypes: [String: String] = [:]
    ) -> [UInt8] {
        var entries: [String] = []
        var data: [UInt8] = []
        for (name, shape, numbers) in tensors {
            let start = data.count
            if dtypes[name] == nil {
                for number in numbers { data.append(littleEndian: number.bitPattern) }
            } else {
                data += numbers.map { UInt8($0) }
            }
            let dtype = dtypes[name] ?? "F32"
            entries.append(
                #""\#(name)":{"dtype":"\#(dtype)","shape":\#(shape),"data_offsets":[\#(start),\#(data.count)]}"#)
        }
        var bytes: [UInt8] = []
        bytes.append(string: "{" + entries.joined(separator: ",") + "}")
        return bytes + data
    }
}
