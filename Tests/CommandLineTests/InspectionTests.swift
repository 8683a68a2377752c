import Foundation
import Testing

@Suite("What a file is, and whether it runs here")
struct InspectionTests {
    @Test("inspect shows where the bytes are, and folds layers that are alike")
    func inspect() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let folded = try shop.must("inspect", shop["home.modelpack"]).output
        #expect(folded.contains("blk.*.attn_q.weight") && folded.contains("0-3") && folded.contains("8.50 bits"))
        #expect(!folded.contains("blk.2.attn_q.weight"))
        #expect(folded.contains("answers recorded") && folded.contains("source/model.safetensors"))
        let all = try shop.must("inspect", shop["home.modelpack"], "--tensors").output
        #expect(all.contains("blk.2.attn_q.weight") && !all.contains("blk.*."))
        let json = try shop.must("inspect", shop["home.modelpack"], "--json").json
        #expect((json["tensors"] as? [Any])?.count == 38)
    }

    @Test("doctor says yes to a model that runs here, and names all that stands in another's way")
    func doctor() throws {
        let shop = try Workshop()
        defer { shop.close() }
        try shop.buildHome()
        let fine = try shop("doctor", shop["home.modelpack"])
        #expect(fine.status == 0 && fine.output.contains("engine"), "\(fine.output)\(fine.errors)")

        let manifest = try String(contentsOfFile: Workshop.root + "/Manifests/home.yaml", encoding: .utf8)
            .replacingOccurrences(of: "../", with: Workshop.root + "/")
            .replacingOccurrences(
                of: "memory: 64MiB", with: "memory: 999999GiB\n  cpu: [no-such-feature]\n  modelpack: 99.0.0"
            )
            .replacingOccurrences(of: "golden/", with: Workshop.root + "/Manifests/golden/")
        try manifest.write(toFile: shop["large.yaml"], atomically: true, encoding: .utf8)
        try shop.must("build", shop["large.yaml"], "--output", shop["large.modelpack"], "--key", shop["build.key"])
        let refused = try shop("doctor", shop["large.modelpack"], "--json")
        #expect(refused.status == 4 && refused.json["runs"] as? Bool == false, "\(refused.output)\(refused.errors)")
        for name in ["no-such-feature", "99.0.0", "memory"] { #expect(refused.output.contains(name), "\(name)") }
    }

    @Test("doctor explains a folder that is no device, and a model that no engine knows")
    func nothingThere() throws {
        let shop = try Workshop()
        defer { shop.close() }
        let outcome = try shop("doctor", "--root", shop["nothing"])
        #expect(outcome.status == 4 && outcome.output.contains("device init"), "\(outcome.output)")
        try Data(SparseFile.gguf(tensors: 0, [])).write(to: URL(fileURLWithPath: shop["bare.gguf"]))
        let bare = try shop("doctor", shop["bare.gguf"])
        #expect(bare.status == 4 && bare.output.contains("general.architecture"), "\(bare.output)")
    }
}
