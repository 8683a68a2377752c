import Bundles
import Signatures
import Testing

@Suite("Provenance and SBOM are written the same way every time")
struct DocumentTests {
    private let digest = Digest.sha256([1])

    @Test("Provenance is an in-toto statement with an SLSA predicate, whatever order its inputs come in")
    func provenance() throws {
        let version = try #require(SemanticVersion("1.0.0"))
        func make(_ names: [String]) -> Provenance {
            Provenance(
                subjects: [.init(name: BundlePath.weights, sha256: digest)], name: "home", version: version,
                recipe: .init(quantization: .init(type: "q8_0"), sha256: nil),
                dependencies: names.map { .init(name: $0, sha256: digest) }, toolVersion: "0.1.0")
        }
        let bytes = try make(["source/model.safetensors", "source/config.json"]).encoded()
        #expect(try make(["source/config.json", "source/model.safetensors"]).encoded() == bytes)
        #expect(try Provenance(parsing: bytes).encoded() == bytes)
        let json = try JSONValue(parsing: bytes)
        #expect(json["_type"] == "https://in-toto.io/Statement/v1")
        #expect(json["predicateType"] == "https://slsa.dev/provenance/v1")
        #expect(json["subject"]?.array?.first?["digest"]?["sha256"] == .string(digest.hex))
    }

    @Test("The SBOM names the model, its licence and its base")
    func sbom() throws {
        var manifest = try Manifest(parsing: Fixture.manifest)
        manifest.lineage = .init(base: "org/base")
        let bytes = try SBOM(manifest: manifest, weights: digest).encoded()
        #expect(try SBOM(parsing: bytes).encoded() == bytes)
        let component = try #require(try JSONValue(parsing: bytes)["components"]?.array?.first)
        #expect(component["type"] == "machine-learning-model")
        #expect(component["licenses"]?.array?.first?["expression"] == "Apache-2.0")
        #expect(component["pedigree"]?["ancestors"]?.array?.first?["name"] == "org/base")
    }
}
