import Files
import Testing

@testable import Checkpoints
@testable import Tensors

@Suite("LoRA adapters are merged as PEFT merges them, into either form of a model")
struct AdapterTests {
    private static let block = "model.layers.0."

    /// The model with an adapter, from a Hugging Face directory and from a GGUF file; both must be the same.
    private func merged(_ adapter: borrowing TinyAdapter, into model: borrowing TinyModel) throws -> Checkpoint {
        try model.write()
        try adapter.write()
        let checkpoint = try Checkpoint(path: model.folder, adapters: [adapter.folder])
        let gguf = model.folder + "/model.gguf"
        try Checkpoint(path: model.folder).write(gguf: gguf)
        let other = try Checkpoint(path: gguf, adapters: [adapter.folder])
        #expect(other.tensors.map(\.name) == checkpoint.tensors.map(\.name))
        for tensor in checkpoint.tensors {
            #expect(other.numbers(tensor.name) == checkpoint.numbers(tensor.name), "\(tensor.name)")
        }
        return checkpoint
    }

    /// W + scale · B · A by the row's and the column's numbers; the number at (row, column) of W is its position.
    private func sum(
        _ rows: [Int], columns: Int, rank: Int = 2, scale: Double,
        b: (_ row: Int, _ rank: Int) -> Double, a: (_ rank: Int, _ column: Int) -> Double
    ) -> [Float] {
        rows.flatMap { row in
            (0..<columns).map { column in
                let product = (0..<rank).reduce(0) { $0 + b(row, $1) * a($1, column) }
                return Float(Double(row * columns + column) + scale * product)
            }
        }
    }

    @Test(
        arguments: [
            ("self_attn.q_proj", "attn_q", [0, 2, 1, 3, 4, 6, 5, 7], 8),
            ("self_attn.k_proj", "attn_k", [0, 2, 1, 3], 8), ("self_attn.v_proj", "attn_v", Array(0..<4), 8),
            ("self_attn.o_proj", "attn_output", Array(0..<8), 8), ("mlp.gate_proj", "ffn_gate", Array(0..<32), 8),
            ("mlp.up_proj", "ffn_up", Array(0..<32), 8), ("mlp.down_proj", "ffn_down", Array(0..<8), 32),
        ])
    func productsAreAdded(_ module: String, _ name: String, _ rows: [Int], _ columns: Int) throws {
        let module = Self.block + module
        var adapter = try TinyAdapter()
        adapter.addPair(module, rows.count, columns)
        let checkpoint = try merged(adapter, into: try TinyModel())
        let expected = sum(
            rows, columns: columns, scale: 1.5, b: { adapter.number(module + ".lora_B.weight", $0, $1) },
            a: { adapter.number(module + ".lora_A.weight", $0, $1) })
        #expect(checkpoint.numbers("blk.0.\(name).weight") == expected)
        #expect(checkpoint.numbers("blk.0.ffn_norm.weight") == (0..<8).map { Float($0) })
    }

    @Test func columnsOfAnEmbeddingBelongToTokens() throws {
        let module = "model.embed_tokens"
        var adapter = try TinyAdapter()
        adapter.add(module + ".lora_embedding_A", [2, 6], seed: 2)
        adapter.add(module + ".lora_embedding_B", [8, 2], seed: 3)
        let checkpoint = try merged(adapter, into: try TinyModel())
        let expected = sum(
            Array(0..<6), columns: 8, scale: 1.5, b: { adapter.number(module + ".lora_embedding_A", $1, $0) },
            a: { adapter.number(module + ".lora_embedding_B", $1, $0) })
        #expect(checkpoint.numbers("token_embd.weight") == expected)
    }

    @Test func fanInFanOutTransposesTheProduct() throws {
        let module = Self.block + "self_attn.k_proj"
        var adapter = try TinyAdapter()
        adapter.config += #","fan_in_fan_out":true"#
        adapter.addPair(module, 8, 4)
        let checkpoint = try merged(adapter, into: try TinyModel())
        let expected = sum(
            [0, 2, 1, 3], columns: 8, scale: 1.5, b: { adapter.number(module + ".lora_A.weight", $1, $0) },
            a: { adapter.number(module + ".lora_B.weight", $1, $0) })
        #expect(checkpoint.numbers("blk.0.attn_k.weight") == expected)
    }

    @Test(
        arguments: [
            (#""r":2,"lora_alpha":3"#, 2, 1.5), (#""r":4,"lora_alpha":2,"use_rslora":true"#, 4, 1),
            (#""r":8,"lora_alpha":8,"rank_pattern":{"v_proj":2}"#, 2, 4),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"self_attn.v_proj":3}"#, 2, 1.5),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"_proj":3}"#, 2, 4),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"v_pro":3}"#, 2, 4),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{".*v_pro.":3}"#, 2, 1.5),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"^model.layers.\\d+.self_attn.[kv]_proj":3}"#, 2, 1.5),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"^self_attn.v_proj":3}"#, 2, 4),
            (#""r":2,"lora_alpha":8,"alpha_pattern":{"q_proj|v_proj":3,"v_proj":5}"#, 2, 1.5),
        ] as [(String, Int, Double)])
    func patternsChooseRankAndAlpha(_ config: String, _ rank: Int, _ scale: Double) throws {
        let module = Self.block + "self_attn.v_proj"
        var adapter = try TinyAdapter()
        adapter.config = config
        adapter.addPair(module, 4, 8, rank: rank)
        let checkpoint = try merged(adapter, into: try TinyModel())
        let expected = sum(
            Array(0..<4), columns: 8, rank: rank, scale: scale,
            b: { adapter.number(module + ".lora_B.weight", $0, $1) },
            a: { adapter.number(module + ".lora_A.weight", $0, $1) })
        #expect(checkpoint.numbers("blk.0.attn_v.weight") == expected)
    }

    @Test func savedModulesReplaceTheModels() throws {
        var adapter = try TinyAdapter()
        adapter.config += #","modules_to_save":["lm_head","norm","q_proj"]"#
        adapter.add("lm_head.weight", [6, 8])
        adapter.add("model.norm.modules_to_save.weight", [8])
        adapter.add(Self.block + "self_attn.q_proj.weight", [8, 8])
        let checkpoint = try merged(adapter, into: try TinyModel())
        // The output was the embedding, which stays what it is.
        #expect(checkpoint.numbers("output.weight") == adapter.tensors[0].numbers)
        #expect(checkpoint.numbers("token_embd.weight") == (0..<48).map { Float($0) })
        #expect(checkpoint.numbers("output_norm.weight") == adapter.tensors[1].numbers)
        let queries = adapter.tensors[2].numbers
        let turned = [0, 2, 1, 3, 4, 6, 5, 7].flatMap { queries[8 * $0..<8 * $0 + 8] }
        #expect(checkpoint.numbers("blk.0.attn_q.weight") == turned)
    }

    @Test func theOutputOfATiedModelCanBeAdaptedAlone() throws {
        var adapter = try TinyAdapter()
        adapter.addPair("lm_head", 6, 8)
        let checkpoint = try merged(adapter, into: try TinyModel())
        #expect(checkpoint.numbers("token_embd.weight") == (0..<48).map { Float($0) })
        #expect(checkpoint.numbers("output.weight").first != 0)
    }

    @Test func adaptersFollowEachOther() throws {
        let model = try TinyModel()
        try model.write()
        var first = try TinyAdapter(), second = try TinyAdapter()
        first.addPair(Self.block + "self_attn.q_proj", 8, 8)
        try first.write()
        second.config = #""r":3,"lora_alpha":1"#
        second.addPair(Self.block + "self_attn.q_proj", 8, 8, rank: 3)
        try second.write()
        let both = try Checkpoint(path: model.folder, adapters: [first.folder, second.folder])
        try Checkpoint(path: model.folder, adapters: [first.folder]).write(gguf: model.folder + "/model.gguf")
        let inTurn = try Checkpoint(path: model.folder + "/model.gguf", adapters: [second.folder])
        #expect(both.numbers("blk.0.attn_q.weight") == inTurn.numbers("blk.0.attn_q.weight"))
        #expect(
            both.files.suffix(4).map(\.fullName) == [
                "adapters/1/adapter_config.json", "adapters/1/adapter_model.safetensors",
                "adapters/2/adapter_config.json", "adapters/2/adapter_model.safetensors",
            ])
    }

    @Test(arguments: [
        (#""bias":"none""#, #""bias":"all""#, "bias"), (#""bias":"none""#, #""use_dora":true"#, "use_dora"),
        (#""bias":"none""#, #""layer_replication":[[0,1]]"#, "layer_replication"),
        (#""bias":"none""#, #""lora_bias":true"#, "lora_bias"),
    ]) func whatMergesOtherwiseIsRefusedByName(_ from: String, _ to: String, _ feature: String) throws {
        let model = try TinyModel()
        try model.write()
        var adapter = try TinyAdapter()
        adapter.config = adapter.config.replacing(from, with: to)
        try adapter.write()
        let error = #expect(throws: CheckpointError.self) {
            try Checkpoint(path: model.folder, adapters: [adapter.folder])
        }
        #expect(String(describing: error).contains("unsupported(feature: \"\(feature)\""))
    }

    @Test(arguments: [
        ("model.layers.0.self_attn.v_proj.lora_magnitude_vector", "lora_magnitude_vector"),
        ("model.layers.1.self_attn.v_proj.weight", "layers.1"),
        ("model.layers.00.self_attn.v_proj.weight", "layers.00"),
        ("model.layers.0.self_attn.v_proj.lora_A.weight", "lora_B"),
        ("model.layers.0.self_attn.v_proj.bias", "v_proj.bias"), ("model.layers.0.mlp.up_proj.weight", "up_proj"),
        ("model.layers.0.self_attn.rotary_emb.inv_freq", "inv_freq"),
    ]) func aTensorWithoutAPlaceIsNamed(_ name: String, _ part: String) throws {
        let model = try TinyModel()
        try model.write()
        var adapter = try TinyAdapter()
        adapter.addPair(Self.block + "self_attn.q_proj", 8, 8)
        adapter.add(name, [4, 8])
        try adapter.write()
        let error = #expect(throws: CheckpointError.self) {
            try Checkpoint(path: model.folder, adapters: [adapter.folder])
        }
        #expect(String(describing: error).contains(part))
    }

    @Test func ranksMustBeThoseOfTheConfiguration() throws {
        let model = try TinyModel()
        try model.write()
        var adapter = try TinyAdapter()
        adapter.addPair(Self.block + "self_attn.q_proj", 8, 8, rank: 3)
        try adapter.write()
        let expected = CheckpointError.shape(
            tensor: "base_model.model.model.layers.0.self_attn.q_proj.lora_A.weight", expected: [2, 8], found: [3, 8],
            path: adapter.folder + "/adapter_model.safetensors")
        #expect(throws: expected) { try Checkpoint(path: model.folder, adapters: [adapter.folder]) }
    }

    @Test func aModuleThatWasToBeSavedMustBeThere() throws {
        let model = try TinyModel()
        try model.write()
        var adapter = try TinyAdapter()
        adapter.config += #","modules_to_save":["lm_head"]"#
        adapter.addPair(Self.block + "self_attn.q_proj", 8, 8)
        try adapter.write()
        #expect(throws: CheckpointError.self) { try Checkpoint(path: model.folder, adapters: [adapter.folder]) }
    }
}
