import Bundles
import Testing

@Suite("A manifest says what a bundle is")
struct ManifestTests {
    @Test("What is written is read again, and keys of later versions are passed over")
    func roundTrip() throws {
        var manifest = try Manifest(parsing: Fixture.manifest)
        #expect(manifest.subject == "home-1.0.0")
        #expect(try manifest.encoded() == Fixture.manifest)
        manifest.floor = SemanticVersion("1.0.0")
        manifest.lineage = .init(base: "org/base", previous: "0.9.0")
        manifest.requires = .init(memory: 1 << 28, cpu: ["avx2"], modelpack: SemanticVersion("0.1.0"))
        manifest.gate = [
            .init(measure: "pass_rate", tag: "safety", minimum: 1), .init(measure: "kld_mean", maximum: 0.05),
        ]
        manifest.suites = ["golden/home.jsonl"]
        #expect(try Manifest(parsing: manifest.encoded()) == manifest)
        let later =
            Array(String(decoding: Fixture.manifest, as: UTF8.self).dropLast().utf8) + Array(#","new":[1]}"#.utf8)
        #expect(try Manifest(parsing: later).name == "home")
    }

    @Test(
        "A wrong value is named",
        arguments: [
            (#""format":1"#, #""format":2"#, BundleError.unknownFormat(path: BundlePath.manifest, format: 2)),
            (#""home""#, #""Home""#, .malformedDocument(path: BundlePath.manifest, field: "name")),
            (#""home""#, #""../x""#, .malformedDocument(path: BundlePath.manifest, field: "name")),
            (#""1.0.0""#, #""1.0""#, .malformedDocument(path: BundlePath.manifest, field: "version")),
            (
                #""type":"q8_0""#, #""type":8"#,
                .malformedDocument(path: BundlePath.manifest, field: "quantization.type")
            ),
            (#""suites":[]"#, #""suites":["/x"]"#, .malformedDocument(path: BundlePath.manifest, field: "suites")),
            (#""suites":[],"#, "", .malformedDocument(path: BundlePath.manifest, field: "suites")),
        ])
    func wrong(old: String, new: String, error: BundleError) {
        let text = String(decoding: Fixture.manifest, as: UTF8.self)
        let parts = text.split(separator: old, maxSplits: 1, omittingEmptySubsequences: false)
        #expect(throws: error) { try Manifest(parsing: Array(parts.joined(separator: new).utf8)) }
    }

    @Test("A manifest cut off anywhere is an error, and one with noise never traps")
    func malformed() {
        for count in Fixture.manifest.indices {
            #expect(throws: BundleError.self) { try Manifest(parsing: Array(Fixture.manifest[..<count])) }
        }
        let seed = UInt64.random(in: 0...UInt64.max)
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<500 {
            var bytes = Fixture.manifest
            bytes[Int.random(in: bytes.indices, using: &generator)] = .random(in: 0...255, using: &generator)
            if let manifest = try? Manifest(parsing: bytes) { #expect(Manifest.isName(manifest.name), "seed \(seed)") }
        }
    }
}
