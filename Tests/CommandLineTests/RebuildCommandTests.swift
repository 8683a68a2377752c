import Foundation
import Testing

@Suite("verify --rebuild says whether the weights come from their sources")
struct RebuildCommandTests {
    /// A shop with a key, a copy of a home model, its manifest, and a bundle.
    private static func shop(_ name: String = #function, build options: String...) throws -> Workshop {
        let shop = try Workshop(name)
        try shop.must("keys", "generate", shop["build"])
        try FileManager.default.copyItem(atPath: Workshop.root + "/Models/home-1.0.0", toPath: shop["source"])
        try write(type: "q8_0", in: shop)
        let arguments = ["build", shop["home.yaml"], "--output", shop["home.modelpack"], "--key", shop["build.key"]]
        try #require(try shop.run(arguments + options).status == 0)
        return shop
    }

    private static func write(type: String, in shop: Workshop) throws {
        let manifest = "{name: home, version: 1.0.0, source: source, quantization: {type: \(type)}}"
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: shop["home.yaml"]))
    }

    private static func verify(_ shop: Workshop) throws -> Outcome {
        try shop(
            "verify", shop["home.modelpack"], "--key", shop["build.pub"], "--rebuild", shop["home.yaml"], "--json")
    }

    @Test("0: the same sources, also where --type was another than the manifest's", arguments: ["q8_0", "q4_k_m"])
    func same(type: String) throws {
        let shop = try Self.shop(build: "--type", type)
        defer { shop.close() }
        let outcome = try Self.verify(shop)
        #expect(outcome.status == 0, "\(outcome.output) \(outcome.errors)")
    }

    @Test("1: a number of the source has changed, or the manifest's types have")
    func different() throws {
        let shop = try Self.shop()
        defer { shop.close() }
        let path = URL(fileURLWithPath: shop["source/model.safetensors"])
        let original = try Data(contentsOf: path)
        var weights = original
        weights[weights.count - 1] ^= 1
        try weights.write(to: path)
        let changed = try Self.verify(shop)
        #expect(changed.status == 1 && changed.output.contains("source/model.safetensors"), "\(changed.errors)")

        try original.write(to: path)
        #expect(try Self.verify(shop).status == 0)
        try Self.write(type: "q4_0", in: shop)
        #expect(try Self.verify(shop).status == 1)
    }

    @Test("74: a source is gone")
    func gone() throws {
        let shop = try Self.shop()
        defer { shop.close() }
        try FileManager.default.removeItem(atPath: shop["source/model.safetensors"])
        let outcome = try Self.verify(shop)
        #expect(outcome.status == 74 && outcome.errors.contains("model.safetensors"), "\(outcome.errors)")
    }
}
