import Foundation
import Testing

@Suite("A first manifest packs a quantized model as it is")
struct InitCommandTests {
    @Test(
        "Type and rules leave nothing to convert again, and a mix is told by its name",
        arguments: [
            (["q4_1", "blk.*.attn_v.weight=q8_0", "blk.2.ffn_down.weight=q5_0", "token_embd.weight=f16"], "q4_1"),
            (["q4_k_m"], "q4_k_m"), (["q8_0"], "q8_0"),
        ])
    func unchanged(made: [String], type: String) throws {
        let shop = try Workshop()
        defer { shop.close() }
        let rules = made.dropFirst().flatMap { ["--rule", $0] }
        let source = shop["home.gguf"], manifest = shop["home.yaml"], bundle = shop["home.modelpack"]
        let quantized = try shop.run(
            ["quantize", Workshop.root + "/Models/home-1.0.0", source, "--type", made[0], "--quiet"] + rules)
        try #require(quantized.status == 0, "\(quantized.errors)")
        #expect(try shop.must("init", source, "--output", manifest, "--json").json["type"] as? String == type)
        let text = try String(contentsOfFile: manifest, encoding: .utf8)
        #expect(text.split(separator: "\n").count { $0.contains("{tensor: ") } == rules.count / 2, "\(text)")
        try shop.must("build", manifest, "--output", bundle, "--quiet")
        let told = try shop.must("diff", source, bundle, "--json").json["tensors"] as? [[String: Any]]
        #expect(told?.isEmpty == true, "\(told ?? [])")
    }
}
