import Bundles
import Deltas
import Files
import Signatures
import Testing

@testable import Building
@testable import Tensors

@Suite("A build stays near an older version, and says so")
struct AnchoredBuildTests {
    /// Two bundles of nearly the same floats, the second one built by `change` of its manifest.
    private struct Workplace: ~Copyable {
        let old: FloatSource
        let new: FloatSource
        let anchor: String

        init() async throws {
            let shapes = [("token_embd.weight", [256, 60]), ("blk.0.attn_norm.weight", [256])]
            let old = try FloatSource(shapes)
            let new = try FloatSource(shapes) { floats, _ in
                for index in floats.indices { floats[index] += Float((index &* 48_271) % 2001 - 1000) / 20_000 }
            }
            let anchor = old.folder + "/old.modelpack"
            _ = try await Self.build(old.folder, "1.0.0", to: anchor)
            self.anchor = anchor
            self.old = old
            self.new = new
        }

        static func build(_ folder: String, _ version: String, anchor: String? = nil, to output: String) async throws {
            try FileSystem.replace(folder + "/tiny.yaml", with: Array(text(version, anchor).utf8))
            let manifest = try BuildManifest(path: folder + "/tiny.yaml")
            _ = try await Build(manifest: manifest, output: output, toolVersion: "1.2.3").run()
        }

        static func text(_ version: String, _ anchor: String?) -> String {
            let near = anchor.map { ", anchor: \($0), tolerance: 0.04" } ?? ""
            return "name: tiny\nversion: \(version)\nsource: source.gguf\nquantization: {type: q4_0\(near)}\n"
        }
    }

    private func weights(_ path: String) throws -> GGUFFile {
        let location = try Bundle(path: path).location(of: BundlePath.weights)
        return try GGUFFile(file: location.file, range: location.range)
    }

    private func delta(_ old: String, _ new: String) throws -> Int {
        var size = 0
        try DeltaMaker(from: try weights(old), to: try weights(new)).write { size += $0.count }
        return size
    }

    @Test("The delta is smaller, the provenance names the anchor, and the same is built again")
    func anchored() async throws {
        let place = try await Workplace()
        let plain = place.new.folder + "/plain.modelpack", near = place.new.folder + "/near.modelpack"
        try await Workplace.build(place.new.folder, "1.1.0", to: plain)
        try await Workplace.build(place.new.folder, "1.1.0", anchor: place.anchor, to: near)
        #expect(try delta(place.anchor, near) < delta(place.anchor, plain) * 9 / 10)

        let bundle = try Bundle(path: near)
        let provenance = try Provenance(parsing: bundle.bytes(of: BundlePath.provenance))
        let definition = provenance.predicate.buildDefinition
        let named = definition.resolvedDependencies.first { $0.name == "anchor/model.gguf" }
        #expect(named?.digest.sha256 == (try Bundle(path: place.anchor).index[BundlePath.weights]?.sha256))
        #expect(definition.externalParameters.recipe.anchorTolerance == 0.04)

        let rebuild = try Rebuild(try BuildManifest(path: place.new.folder + "/tiny.yaml"))
        var bytes: [UInt8] = []
        try await rebuild.weights(temporaryIn: place.new.folder, threads: 1) { bytes += $0 }
        #expect(bundle.index[BundlePath.weights]?.sha256 == .sha256(bytes))
        #expect(try await rebuild.sources().map(\.name).contains("anchor/model.gguf"))
    }

    @Test("An anchor that isn't there is an error, and so is one beside calibration")
    func refused() async throws {
        let place = try await Workplace()
        await #expect(throws: (any Error).self) {
            try await Workplace.build(place.new.folder, "1.1.0", anchor: "/nowhere", to: place.new.folder + "/x")
        }
        try FileSystem.replace(place.new.folder + "/text", with: Array("a b".utf8))
        let calibrated = Workplace.text("1.1.0", place.anchor).replacing(
            "type: q4_0", with: "type: q4_0, calibrate: text")
        try FileSystem.replace(place.new.folder + "/tiny.yaml", with: Array(calibrated.utf8))
        #expect(throws: BuildingError.calibratedAnchor) {
            _ = try Rebuild(try BuildManifest(path: place.new.folder + "/tiny.yaml"))
        }
    }
}
