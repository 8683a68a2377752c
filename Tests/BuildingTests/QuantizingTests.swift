import Checkpoints
import Files
import Testing

@testable import Building
@testable import Tensors

@Suite("Weights are converted by the recipe, with the same bytes on any number of threads")
struct QuantizingTests {
    static let shapes: [(String, [Int])] = [
        ("blk.10.ffn_up.weight", [64, 8]), ("blk.2.attn_norm.weight", [64]), ("blk.2.attn_q.weight", [64, 64]),
        ("output_norm.weight", [64]), ("blk.2.odd.weight", [40, 4]), ("token_embd.weight", [64, 400]),
    ]

    @Test func typesFollowRulesShapesAndOrder() throws {
        let source = try FloatSource(Self.shapes)
        let recipe = Recipe(
            type: .q4_0,
            rules: [
                .init(pattern: Pattern("token_embd.*"), type: .q8_0),
                .init(pattern: Pattern("blk.*.attn_?.weight"), type: .bf16),
                .init(pattern: Pattern("*"), type: .q4_1),
            ])
        let plan = try Plan(try Checkpoint(path: source.path), recipe: recipe)
        #expect(
            plan.layout.tensors.map { "\($0.name) \($0.type.name)" } == [
                "output_norm.weight f32", "token_embd.weight q8_0", "blk.2.attn_norm.weight f32",
                "blk.2.attn_q.weight bf16", "blk.2.odd.weight f16", "blk.10.ffn_up.weight q4_1",
            ])
        #expect(plan.remarks == [.fellBack(tensors: ["blk.2.odd.weight"], rowElements: 40, from: .q4_1, to: .f16)])
    }

    @Test func bytesDoNotDependOnThreads() async throws {
        let source = try FloatSource(Self.shapes)
        let recipe = Recipe(type: .q4_0)
        let first = try await source.quantize(recipe, threads: 1)
        for threads in [2, 7] { #expect(try await source.quantize(recipe, threads: threads) == first) }
        let gguf = try unsafe GGUF(parsing: first.span.bytes)  // Bytes have no padding.
        #expect(first.count == gguf.tensors.last.map { $0.range.upperBound.padded(to: 32) })
        #expect(try gguf.unsigned("general.file_type") == 2)
        #expect(try gguf.unsigned("general.quantization_version") == 2)
        #expect(try gguf.strings("tokenizer.ggml.tokens") == ["a", "b"])
    }

    @Test func theFileIsThePieces() async throws {
        let source = try FloatSource(Self.shapes)
        let output = source.folder + "/output.gguf"
        let plan = try Plan(try Checkpoint(path: source.path), recipe: Recipe(type: .q4_0))
        try await Quantization.write(plan, to: output)
        #expect(try await source.quantize(Recipe(type: .q4_0)) == FileSystem.read(output))
    }

    @Test func eachTensorIsWhatItsCodecGives() async throws {
        let source = try FloatSource(Self.shapes)
        let bytes = try await source.quantize(Recipe(type: .q8_0))
        let gguf = try unsafe GGUF(parsing: bytes.span.bytes)  // Bytes have no padding.
        let original = try Checkpoint(path: source.path)
        for tensor in gguf.tensors {
            let from = try #require(original.tensors.first { $0.name == tensor.name })
            var expected = [UInt8](repeating: 0, count: tensor.range.count)
            var span = expected.mutableSpan
            var target = unsafe span.mutableBytes  // Bytes have no padding.
            let count = Codec.encode(
                from.bytes(fromSourceRow: 0, count: from.rows), as: tensor.type, into: &target)
            #expect(count == tensor.elements)
            #expect(Array(bytes[tensor.range]) == expected, "\(tensor.name)")
        }
    }

    @Test func quantizedTensorsOfTheSameTypePassThrough() async throws {
        let source = try FloatSource(Self.shapes)
        let once = try await source.quantize(Recipe(type: .q4_1))
        try FileSystem.replace(source.path, with: once)
        #expect(try await source.quantize(Recipe(type: .q4_1)) == once)
    }

    @Test(arguments: [Float.nan, .infinity, 1e30]) func badNumbersAreNamed(_ bad: Float) async throws {
        let source = try FloatSource(Self.shapes) { floats, name in
            if name == "token_embd.weight" { floats[64 * 390 + 5] = bad }
        }
        let expected: BuildingError =
            bad.isFinite
            ? .overflow(tensor: "token_embd.weight", row: 390, type: "q4_0")
            : .notFinite(tensor: "token_embd.weight", row: 390)
        let plan = try Plan(try Checkpoint(path: source.path), recipe: Recipe(type: .q4_0))
        await #expect(throws: expected) { try await Quantization.write(plan, to: source.folder + "/output.gguf") }
        #expect(try FileSystem.list(source.folder) == ["source.gguf"])
    }

    @Test func aRuleThatMatchesNothingIsAnError() throws {
        let source = try FloatSource(Self.shapes)
        let recipe = Recipe(type: .q4_0, rules: [.init(pattern: Pattern("token_emb.*"), type: .q8_0)])
        #expect(throws: BuildingError.unusedRule(pattern: "token_emb.*")) {
            try Plan(try Checkpoint(path: source.path), recipe: recipe)
        }
    }

    @Test(arguments: [
        ("*", "", true), ("*", "abc", true), ("a*c", "abbc", true), ("a*c", "abcd", false), ("a?c", "abc", true),
        ("a?c", "ac", false), ("*.weight", "blk.0.weight", true), ("blk.*.attn_?.weight", "blk.11.attn_q.weight", true),
        ("blk.*.attn_?.weight", "blk.11.attn_norm.weight", false), ("", "", true), ("", "a", false),
        ("a**b", "ab", true),
    ]) func patternsMatch(_ pattern: String, _ name: String, _ matches: Bool) {
        #expect(Pattern(pattern).matches(name) == matches)
    }

    @Test func rulesAreParsed() throws {
        #expect(try Recipe.Rule(parsing: "a=b=Q8_0") == .init(pattern: Pattern("a=b"), type: .q8_0))
        #expect(throws: BuildingError.rule("x")) { try Recipe.Rule(parsing: "x") }
        #expect(throws: BuildingError.rule("=q8_0")) { try Recipe.Rule(parsing: "=q8_0") }
        #expect(throws: BuildingError.self) { try Recipe.Rule(parsing: "x=q4_k_m") }
    }
}
