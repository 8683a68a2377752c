import Bundles
import Files
import Testing

@testable import Building
@testable import Tensors

@Suite("A rebuild gives the bytes of the bundle that the same manifest made")
struct RebuildTests {
    /// A folder with a float source, a manifest, and a bundle made of it as `change` has it.
    private struct Place: ~Copyable {
        let source: FloatSource
        let outcome: Build.Outcome
        var bundle: String { source.folder + "/out.modelpack" }

        init(_ change: (inout BuildManifest) throws -> Void = { _ in }) async throws {
            let source = try FloatSource([("token_embd.weight", [64, 50]), ("blk.0.attn_norm.weight", [64])])
            let text = "{name: tiny, version: 1.0.0, source: source.gguf, quantization: {type: q4_0}}"
            try FileSystem.replace(source.folder + "/tiny.yaml", with: Array(text.utf8))
            var manifest = try BuildManifest(path: source.folder + "/tiny.yaml")
            try change(&manifest)
            let build = Build(manifest: manifest, output: source.folder + "/out.modelpack", toolVersion: "1")
            outcome = try await build.run()
            self.source = source
        }

        func provenance() throws -> Provenance {
            try Provenance(parsing: try Bundle(path: bundle).bytes(of: BundlePath.provenance))
        }

        func rebuild() throws -> Rebuild { try Rebuild(try BuildManifest(path: source.folder + "/tiny.yaml")) }

        func isSame(_ rebuild: Rebuild) async throws -> Bool {
            var bytes: [UInt8] = []
            try await rebuild.weights(temporaryIn: source.folder) { bytes += $0 }
            let weights = outcome.index.members.first { $0.path == BundlePath.weights }
            guard let range = weights?.range else { return false }
            return try Array(FileSystem.read(bundle)[range]) == bytes
        }
    }

    @Test func sameBytesAndSources() async throws {
        let place = try await Place()
        let rebuild = try place.rebuild().following(place.provenance())
        #expect(try await place.isSame(rebuild))
        let stated = try place.provenance().predicate.buildDefinition.resolvedDependencies
        let found = try await rebuild.sources()
        #expect(found.map(\.name) == stated.map(\.name))
        #expect(found.map(\.digest) == stated.map(\.digest.sha256))
        #expect(try FileSystem.list(place.source.folder).count == 3)
    }

    @Test func typesThatWereAskedForBesidesTheManifestAreTheProvenances() async throws {
        let place = try await Place {
            $0.recipe = Recipe(
                try Recipe.Default(named: "q8_0"), rules: [.init(pattern: Pattern("token_*"), type: .q4_1)])
        }
        #expect(try await !place.isSame(place.rebuild()))
        let rebuild = try place.rebuild().following(place.provenance())
        #expect(rebuild.tensors.map(\.type) == [.q4_1, .f32])
        #expect(try await place.isSame(rebuild))
    }

    @Test func anotherManifestHasTypesOfItsOwn() async throws {
        let place = try await Place()
        let other = "{name: tiny, version: 1.0.0, source: source.gguf, quantization: {type: q8_0}}"
        try FileSystem.replace(place.source.folder + "/tiny.yaml", with: Array(other.utf8))
        let rebuild = try place.rebuild().following(place.provenance())
        #expect(rebuild.tensors.map(\.type) == [.q8_0, .f32])
        #expect(try await !place.isSame(rebuild))
    }
}
