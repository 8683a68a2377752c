import Checkpoints
import Files
import Testing

@testable import Building
@testable import Tensors

@Suite("A mix gives each tensor the type that llama-quantize gives it")
struct MixTests {
    /// A model of sixteen blocks, rows of 256 as k-quants need, with the output's matrix or without.
    static func checkpoint(tied: Bool, heads: Int = 8, keyValueHeads: Int = 2) throws -> Checkpoint {
        let source = try FloatSource([])
        var metadata = GGUFMetadata()
        metadata.set("general.architecture", to: .string("llama"))
        metadata.set("llama.block_count", to: .u32(16))
        metadata.set("llama.attention.head_count", to: .u32(UInt32(heads)))
        metadata.set("llama.attention.head_count_kv", to: .u32(UInt32(keyValueHeads)))
        let kinds = ["attn_norm", "attn_q", "attn_v", "attn_output", "ffn_down"]
        let names =
            ["token_embd.weight"] + (tied ? [] : ["output.weight"])
            + (0..<16).flatMap { block in kinds.map { "blk.\(block).\($0).weight" } }
        let file = try MappedFile(path: source.path)
        let tensors = names.map { name in
            // Plans look at names and shapes alone.
            SourceTensor(
                name: name, shape: name.contains("norm") ? [256] : [256, 2], type: .f32, file: file, range: 0..<0)
        }
        return Checkpoint(metadata: metadata, tensors: tensors, files: [])
    }

    static func types(_ mix: Mix, of checkpoint: Checkpoint) throws -> [String: ElementType] {
        let plan = try Plan(checkpoint, recipe: Recipe(.mix(mix)))
        return Dictionary(uniqueKeysWithValues: plan.layout.tensors.map { ($0.name, $0.type) })
    }

    @Test(arguments: [
        // attn_v and ffn_down, in blocks 0 to 15: o what most have, others by what more bits they have.
        (Mix.q4_k_m, "66oo6oo6oo6oo666", "66oo6oo6oo6oo666"), (.q5_k_m, "66oo6oo6oo6oo666", "66oo6oo6oo6oo666"),
        (.q4_k_s, "5555oooooooooooo", "55oooooooooooooo"), (.q5_k_s, "oooooooooooooooo", "oooooooooooooooo"),
        (.q3_k_m, "5544444444444444", "5444444444444444"), (.q3_k_l, "5555555555555555", "5555555555555555"),
        (.mostly_q2_k, "4444444444444444", "3333333333333333"),
        (.mostly_iq4_nl, "5555555555555555", "55oooooooooooooo"),
        (.mostly_q4_0, "oooooooooooooooo", "oooooooooooooooo"),
    ]) func blocksThatMatterGetMoreBits(_ mix: Mix, _ values: String, _ downs: String) throws {
        let types = try Self.types(mix, of: Self.checkpoint(tied: false))
        func pattern(_ kind: String) -> String {
            String(
                (0..<16).map { block -> Character in
                    let type = types["blk.\(block).\(kind).weight"] ?? .f32
                    if type == mix.mainType { return "o" }
                    return [.q3_k: "3", .q4_k: "4", .q5_k: "5", .q6_k: "6"][type] ?? "?"
                })
        }
        #expect(pattern("attn_v") == values)
        #expect(pattern("ffn_down") == downs)
        #expect(types["blk.3.attn_q.weight"] == mix.mainType)
        #expect(types["blk.3.attn_norm.weight"] == .f32)
    }

    @Test(arguments: Mix.allCases) func theOutputIsQ6K(_ mix: Mix) throws {
        let untied = try Self.types(mix, of: Self.checkpoint(tied: false))
        #expect(untied["output.weight"] == .q6_k && untied["token_embd.weight"] == mix.mainType)
        #expect(try Self.types(mix, of: Self.checkpoint(tied: true))["token_embd.weight"] == .q6_k)
    }

    @Test func sharedValuesAreWorthMore() throws {
        let types = try Self.types(.mostly_q2_k, of: Self.checkpoint(tied: true, heads: 6, keyValueHeads: 2))
        #expect(types["blk.0.attn_v.weight"] == .q3_k)
    }

    @Test(arguments: [
        (ElementType.q4_k, 256, ElementType.q4_k), (.q4_k, 576, .q5_0), (.q5_k, 576, .q5_1), (.q6_k, 576, .q8_0),
        (.q2_k, 576, .q4_0), (.q3_k, 576, .q4_0), (.iq4_nl, 576, .iq4_nl), (.q8_0, 40, .f16), (.q4_k, 40, .f16),
        (.f16, 3, .f16),
    ]) func oddRowsFallBack(_ wanted: ElementType, _ elements: Int, _ given: ElementType) {
        #expect(wanted.fitting(rowElements: elements) == given)
    }

    @Test func rulesComeBeforeTheMix() throws {
        let recipe = Recipe(.mix(.q4_k_m), rules: [.init(pattern: Pattern("blk.0.attn_v.weight"), type: .q8_0)])
        let plan = try Plan(Self.checkpoint(tied: true), recipe: recipe)
        #expect(plan.layout.tensors.first { $0.name == "blk.0.attn_v.weight" }?.type == .q8_0)
        #expect(recipe.standard.fileType == 15)
    }
}
