import Bundles
import Checkpoints
import Files
import Signatures
import Suites
import Testing

@testable import Building
@testable import Tensors

@Suite("A bundle is built from its manifest, the same bytes every time")
struct BuildTests {
    /// A folder with a source, a suite, a licence and a manifest beside them.
    struct Workplace: ~Copyable {
        static let suite = #"{"id":"a","prompt":"x","expect":{"contains":"y"}}"# + "\n"

        let source: FloatSource
        var folder: String { source.folder }

        init() throws {
            let source = try FloatSource([("token_embd.weight", [64, 50]), ("blk.0.attn_norm.weight", [64])])
            try FileSystem.replace(source.folder + "/suite.jsonl", with: Array(Self.suite.utf8))
            try FileSystem.replace(source.folder + "/TEXT", with: Array("Free.".utf8))
            let manifest = """
                name: tiny
                version: 1.0.0
                source: source.gguf
                quantization: {type: q4_0, rules: [{tensor: "token_*", type: q8_0}]}
                license: {spdx: MIT, file: TEXT}
                suites: [suite.jsonl]
                """
            try FileSystem.replace(source.folder + "/tiny.yaml", with: Array(manifest.utf8))
            self.source = source
        }

        func build(_ change: (inout Build) -> Void = { _ in }) async throws -> (Build.Outcome, [UInt8]) {
            let manifest = try BuildManifest(path: folder + "/tiny.yaml")
            var build = Build(manifest: manifest, output: folder + "/out.modelpack", toolVersion: "1.2.3")
            // The source is no model that could answer.
            build.record = { model, suites, _ in
                let type = try model.tensor("token_embd.weight").type
                return Recording(
                    arithmetic: 1,
                    entries: suites.map {
                        .init(suite: $0.name, id: $0.prompts[0].id, tokens: [], logits: .sha256(Array(type.name.utf8)))
                    })
            }
            change(&build)
            return (try await build.run(), try FileSystem.read(build.output))
        }
    }

    @Test func bytesDependOnNothingElse() async throws {
        let here = try Workplace()
        let there = try Workplace()
        let (outcome, first) = try await here.build { $0.threads = 1 }
        let (_, second) = try await there.build { $0.threads = 3 }
        #expect(first == second)
        #expect(outcome.contentDigest == .sha256(try outcome.index.encoded()))
        let key = try PrivateKey.generate(.p256)
        let (signed, _) = try await here.build { $0.keys = [key] }
        #expect(signed.contentDigest == outcome.contentDigest)
        let (later, _) = try await here.build { $0.time = 1_700_000_000 }
        #expect(later.contentDigest != outcome.contentDigest)
    }

    @Test func membersAreWhatTheManifestAsksFor() async throws {
        let place = try Workplace()
        let (outcome, _) = try await place.build()
        let bundle = try Bundle(path: place.folder + "/out.modelpack")
        #expect(
            outcome.index.members.map(\.path) == [
                "model/model.gguf", "LICENSE", "README.md", "golden/recorded.jsonl", "golden/suite.jsonl",
                "manifest.json", "provenance.json",
                "sbom.cdx.json",
            ])
        #expect(bundle.manifest == outcome.manifest)
        #expect(outcome.manifest.architecture == "llama")
        #expect(outcome.manifest.license?.file == "LICENSE")
        #expect(outcome.manifest.suites == ["golden/suite.jsonl"])
        #expect(outcome.recorded == 1)
        let weights = try #require(outcome.index["model/model.gguf"])
        let gguf = try GGUFFile(file: MappedFile(path: place.folder + "/out.modelpack"), range: weights.range)
        #expect(try gguf.tensor("token_embd.weight").type == .q8_0)
    }

    @Test func theModelIsAskedAsItStandsInTheBundle() async throws {
        let place = try Workplace()
        let (outcome, bytes) = try await place.build()
        let range = try #require(outcome.index["golden/recorded.jsonl"]?.range)
        let recording = try Recording(parsing: Array(bytes[range]), file: "recorded.jsonl")
        let digest = Digest.sha256(Array("q8_0".utf8))
        #expect(recording.entries == [.init(suite: "golden/suite.jsonl", id: "a", tokens: [], logits: digest)])
    }

    @Test func aMistakeInASuiteIsFoundBeforeTheWork() async throws {
        let place = try Workplace()
        try FileSystem.replace(place.folder + "/suite.jsonl", with: Array("{}".utf8))
        await #expect(throws: SuiteError.self) { try await place.build() }
    }

    @Test func provenanceNamesTheSourceByDigest() async throws {
        let place = try Workplace()
        let (outcome, bytes) = try await place.build()
        let range = try #require(outcome.index["provenance.json"]?.range)
        let provenance = try Provenance(parsing: Array(bytes[range]))
        let dependencies = provenance.predicate.buildDefinition.resolvedDependencies
        #expect(dependencies.map(\.name) == ["source/source.gguf"])
        #expect(dependencies.first?.digest.sha256 == .sha256(try FileSystem.read(place.source.path)))
        #expect(!String(decoding: bytes[range], as: UTF8.self).contains(place.folder))
    }

    @Test func whatFailsLeavesNothingBehind() async throws {
        let place = try Workplace()
        try FileSystem.remove(place.folder + "/suite.jsonl")
        let before = try FileSystem.list(place.folder)
        await #expect(throws: FileError.self) { try await place.build() }
        #expect(try FileSystem.list(place.folder) == before)
    }
}
