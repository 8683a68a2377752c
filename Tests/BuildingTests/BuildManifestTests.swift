import Bundles
import Configuration
import Testing

@testable import Building

@Suite("A manifest is read strictly, and mistakes are named with their place")
struct BuildManifestTests {
    static let whole = """
        name: home
        version: 1.0.0-rc.1
        source: ../Models/home
        quantization:
          type: q4_0
          rules:
            - {tensor: "token_embd.*", type: Q8_0}
        license: {spdx: Apache-2.0, file: LICENSE}
        lineage: {base: someone/home, previous: home-0.9.0}
        requires: {memory: 64MiB, disk: 1000, cpu: [avx2], runtime: [llama.cpp], modelpack: 0.1.0}
        suites: [golden/b.jsonl, golden/a.jsonl]
        gate:
          - {measure: pass_rate, tag: lock, minimum: 0.95}
        floor: 0.9.0
        """

    static func read(_ text: String) throws(ConfigurationError) -> BuildManifest {
        try BuildManifest(parsing: Array(text.utf8), file: "Manifests/home.yaml")
    }

    @Test func everyKeyIsRead() throws {
        let manifest = try Self.read(Self.whole)
        #expect(manifest.name == "home" && manifest.version.text == "1.0.0-rc.1")
        #expect(manifest.source == "Manifests/../Models/home")
        #expect(manifest.recipe == Recipe(type: .q4_0, rules: [.init(pattern: Pattern("token_embd.*"), type: .q8_0)]))
        #expect(manifest.license == .init(spdx: "Apache-2.0", path: "Manifests/LICENSE"))
        #expect(manifest.lineage == .init(base: "someone/home", previous: "home-0.9.0"))
        #expect(manifest.requires.memory == 64 << 20 && manifest.requires.disk == 1000)
        #expect(manifest.suites.map(\.member) == ["golden/a.jsonl", "golden/b.jsonl"])
        #expect(manifest.gate == [.init(measure: "pass_rate", tag: "lock", minimum: 0.95)])
        #expect(manifest.floor?.text == "0.9.0")
    }

    /// What is typed instead, and the line and column that the error names.
    @Test(arguments: [
        ("name: home", "name: Home", 1, 7), ("name: home", "name: ../home", 1, 7), ("name: home\n", "", 1, 1),
        ("1.0.0-rc.1", "1.0", 2, 10), ("1.0.0-rc.1", "1.0.0+build", 2, 10), ("type: q4_0", "type: q4_9", 5, 9),
        ("type: q4_0", "type: q4_k_x", 5, 9), ("type: q4_0", "typ: q4_0", 5, 3), ("spdx:", "SPDX:", 8, 11),
        ("64MiB", "64MB", 10, 20), ("64MiB", "-1", 10, 20), ("a.jsonl", "b.jsonl", 11, 26),
        ("a.jsonl", "recorded.jsonl", 11, 26), ("a.jsonl", "a.txt", 11, 26), (", minimum: 0.95", "", 13, 5),
        ("floor: 0.9.0", "flor: 0.9.0", 14, 1), ("floor: 0.9.0", "adapters: [x]", 14, 1),
    ]) func mistakesAreNamed(_ from: String, _ to: String, _ line: Int, _ column: Int) throws {
        let text = Self.whole.replacing(from, with: to, maxReplacements: 1)
        let error = try #require(throws: ConfigurationError.self) { try Self.read(text) }
        #expect(error.file == "Manifests/home.yaml")
        #expect([error.line, error.column] == [line, column], "\(error)")
    }
}
