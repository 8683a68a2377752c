import Files
import Testing

@testable import Checkpoints
@testable import Tensors

@Suite("Checkpoints of 8-bit floats are read with their scales")
struct Float8CheckpointTests {
    private static let queries = "model.layers.0.self_attn.q_proj.weight"
    private static let deepSeek = #"{"quant_method":"fp8","fmt":"e4m3","weight_block_size":[3,5]}"#

    /// A model whose queries, 8 × 8, are the bytes from 8 on; what belongs to them is named after the weight or, behind a
    /// dot, after its module.
    private static func model(
        _ config: String?, _ added: [(suffix: String, shape: [Int], numbers: [Float])], dtype: String = "F8_E4M3"
    ) throws -> TinyModel {
        var model = try TinyModel()
        if let config {
            model.config = model.config.replacing(
                "\"head_dim\"", with: "\"quantization_config\":\(config),\"head_dim\"")
        }
        try model.write()
        var tensors = model.shapes.map { (name, shape) in
            (name, shape, (0..<shape.reduce(1, *)).map { Float(name == queries ? $0 + 8 : 1) })
        }
        tensors += added.map {
            (($0.suffix.hasPrefix(".") ? String(queries.dropLast(7)) : queries) + $0.suffix, $0.shape, $0.numbers)
        }
        let bytes = TinyModel.safetensors(tensors, dtypes: [queries: dtype])
        try FileSystem.replace(model.folder + "/model.safetensors", with: bytes)
        return model
    }

    /// The scales' name and shape, and how many rows and columns of the matrix share one.
    @Test(
        arguments: [
            (nil, "_scale", [], 8, 8), (nil, "_scale", [1], 8, 8), (nil, "_scale_inv", [1, 1], 8, 8),
            (nil, "_scale", [8], 1, 8), (#"{"quant_method":"fp8","activation_scheme":"static"}"#, "_scale", [1], 8, 8),
            (#"{"quant_method":"fbgemm_fp8"}"#, "_scale", [8, 1], 1, 8),
            (#"{"quant_method":"modelopt","quant_algo":"FP8"}"#, "_scale", [], 8, 8),
            (deepSeek, "_scale_inv", [3, 2], 3, 5),
            (
                """
                {"quant_method":"compressed-tensors","format":"float-quantized","config_groups":{"group_0":{"weights":
                {"num_bits":8,"type":"float","strategy":"block","block_structure":[4,4]}}}}
                """, "_scale", [2, 2], 4, 4
            ),
        ] as [(String?, String, [Int], Int, Int)])
    func numbersAreMultiplied(
        _ config: String?, _ suffix: String, _ shape: [Int], _ blockRows: Int, _ blockColumns: Int
    ) throws {
        let scales = (0..<shape.reduce(1, *)).map { Float($0 + 1) / 7 }
        let model = try Self.model(config, [(suffix, shape, scales)])
        let checkpoint = try Checkpoint(path: model.folder)
        let tensor = try #require(checkpoint.tensors.first { $0.name == "blk.0.attn_q.weight" })
        #expect(tensor.type == .f32 && tensor.storedType == "f8_e4m3" && !tensor.isVerbatim)
        let found = checkpoint.numbers(tensor.name)
        for row in 0..<8 {
            let sourceRow = tensor.sourceRow(row)
            for column in 0..<8 {
                let byte = 8 + 8 * sourceRow + column
                let plain = Float(sign: .plus, exponent: byte / 8 - 7, significand: 1 + Float(byte % 8) / 8)
                let scale = scales[sourceRow / blockRows * ((7 / blockColumns) + 1) + column / blockColumns]
                #expect(found[8 * row + column] == plain * scale, "\(row), \(column)")
            }
        }
    }

    @Test func withoutScalesFloatsStandForThemselves() throws {
        let model = try Self.model(nil, [], dtype: "F8_E5M2")
        let checkpoint = try Checkpoint(path: model.folder)
        #expect(Array(checkpoint.numbers("blk.0.attn_q.weight")[..<2]) == [0x1p-13, 0x1.4p-13])
    }

    @Test func scalesOfActivationsAreNoWeights() throws {
        let scales = ("_scale", [1], [Float(2)]), activations = (".input_scale", [1], [Float(3)])
        let model = try Self.model(#"{"quant_method":"fp8"}"#, [scales, activations])
        #expect(try Checkpoint(path: model.folder).tensors.count == 11)
        let unstated = try Self.model(nil, [scales, activations])
        #expect(throws: CheckpointError.self) { try Checkpoint(path: unstated.folder) }
    }

    @Test(
        arguments: [
            (deepSeek, "_scale_inv", [2, 2]), (deepSeek, "_scale_inv", [3, 2, 1]), (deepSeek, "_zero", [1]),
            (deepSeek, "_scale", [7]), (nil, "_scale", [1, 8]), (nil, "_zero", [1]),
            (#"{"quant_method":"gptq","bits":4}"#, "_scale", [1]), (#"{"bits":8}"#, "_scale", [1]),
            (#"{"quant_method":"fp8","fmt":"e3m4"}"#, "_scale", [1]),
            (#"{"quant_method":"fp8","weight_block_size":[0,128]}"#, "_scale", [1]),
            (#"{"quant_method":"fp8","weight_block_size":[128]}"#, "_scale", [1]),
            (#"{"quant_method":"modelopt","quant_algo":"NVFP4"}"#, "_scale", [1]),
            (#"{"quant_method":"compressed-tensors","format":"pack-quantized"}"#, "_scale", [1]),
        ] as [(String?, String, [Int])]) func whatDoesNotFitIsRefused(
            _ config: String?, _ suffix: String, _ shape: [Int]
        ) throws
    {
        let model = try Self.model(config, [(suffix, shape, [Float](repeating: 1, count: shape.reduce(1, *)))])
        #expect(throws: CheckpointError.self) { try Checkpoint(path: model.folder) }
    }

    @Test(arguments: [Float.nan, .infinity]) func aScaleMustBeFinite(_ bad: Float) throws {
        let model = try Self.model(nil, [("_scale", [1], [bad])])
        #expect(throws: CheckpointError.self) { try Checkpoint(path: model.folder) }
    }

    @Test func adaptersAreMergedIntoThem() throws {
        let model = try Self.model(Self.deepSeek, [("_scale_inv", [3, 2], [1, 2, 3, 4, 5, 6])])
        var adapter = try TinyAdapter()
        adapter.addPair("model.layers.0.self_attn.q_proj", 8, 8)
        try adapter.write()
        let plain = try Checkpoint(path: model.folder).numbers("blk.0.attn_q.weight")
        let merged = try Checkpoint(path: model.folder, adapters: [adapter.folder]).numbers("blk.0.attn_q.weight")
        let module = "model.layers.0.self_attn.q_proj"
        let product = (0..<2).reduce(0.0) {
            $0 + adapter.number(module + ".lora_B.weight", 2, $1) * adapter.number(module + ".lora_A.weight", $1, 3)
        }
        // The GGUF's row 1 is the file's row 2.
        #expect(merged[8 + 3] == Float(Double(plain[8 + 3]) + 1.5 * product))
    }
}
