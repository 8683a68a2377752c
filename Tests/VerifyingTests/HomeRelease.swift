import Building
import Bundles
import Files
import Foundation
import Inference
import Signatures
import Suites
import Tensors
import Testing

@testable import Verifying

/// A home model built for real, and its likenesses with something spoilt.
struct HomeRelease {
    /// A folder of its own; the caller removes it.
    let folder: String
    let bundle: Bundles.Bundle
    let source: String

    static let root: String = {
        let file = URL(fileURLWithPath: #filePath)
        return file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent().path
    }()

    /// Builds `Manifests/<manifest>.yaml`.
    ///
    /// - Parameter type: another than the manifest's; `isCalibrated` adds a text, `anchor` a bundle to stay near to.
    init(
        _ manifest: String = "home", type: String? = nil, isCalibrated: Bool = false, anchor: String? = nil,
        keys: [PrivateKey] = []
    ) async throws {
        folder = NSTemporaryDirectory() + "modelpack-release-\(UInt64.random(in: 0 ... .max))"
        try FileSystem.createDirectory(folder)
        var text = try String(contentsOfFile: Self.root + "/Manifests/\(manifest).yaml", encoding: .utf8)
        if let type { text = text.replacingOccurrences(of: "type: q8_0", with: "type: \(type)") }
        if isCalibrated {
            let corpus = Self.root + "/Tests/Fixtures/reference/corpus.txt"
            text = text.replacingOccurrences(of: "quantization:\n", with: "quantization:\n  calibrate: \(corpus)\n")
        }
        if let anchor {
            text = text.replacingOccurrences(of: "quantization:\n", with: "quantization:\n  anchor: \(anchor)\n")
        }
        let recipe = try BuildManifest(parsing: Array(text.utf8), file: Self.root + "/Manifests/\(manifest).yaml")
        source = recipe.source
        let path = folder + "/\(manifest).modelpack"
        var build = Build(manifest: recipe, output: path, toolVersion: "test")
        build.keys = keys
        _ = try await build.run()
        bundle = try Bundle(path: path)
    }

    func remove() { try? FileManager.default.removeItem(atPath: folder) }

    func reference() async throws -> LanguageModel {
        try await LanguageModel.unrounded(source, temporaryIn: folder)
    }

    func weights() throws -> GGUFFile {
        let location = try bundle.location(of: BundlePath.weights)
        return try GGUFFile(file: location.file, range: location.range)
    }

    /// The bundle with `weights` in place of its own: as if they were spoilt after the build or, where `rerecorded`,
    /// as if the build had made them so, and taken their answers for good.
    func with(_ weights: [UInt8], rerecorded: Bool) throws -> Bundles.Bundle {
        let path = folder + "/\(UInt64.random(in: 0 ... .max)).modelpack"
        var members: [String: [UInt8]] = [:]
        for member in bundle.index.members where member.path != BundlePath.weights {
            members[member.path] = try bundle.bytes(of: member.path)
        }
        if rerecorded {
            let file = path + ".gguf"
            try FileSystem.replace(file, with: weights)
            let suites = try bundle.manifest.suites.map { (path: $0, bytes: try bundle.bytes(of: $0)) }
            members[BundlePath.recorded] = try Respondent.recorded(GGUFFile(path: file), suites: suites, threads: 2)
            let before = bundle.index[BundlePath.weights].map(\.sha256.hex) ?? ""
            let provenance = String(decoding: members[BundlePath.provenance] ?? [], as: UTF8.self)
            members[BundlePath.provenance] = Array(
                provenance.replacingOccurrences(of: before, with: Digest.sha256(weights).hex).utf8)
        }
        members[BundlePath.weights] = weights
        var writer = try BundleWriter(destination: path)
        for (name, bytes) in members.sorted(by: { BundlePath.precedes($0.key, $1.key) }) {
            try writer.add(path: name, bytes: bytes)
        }
        _ = try writer.finish(subject: bundle.manifest.subject)
        return try Bundle(path: path)
    }
}

/// A GGUF taken apart, to be spoilt and put together again.
struct OpenWeights {
    var metadata: GGUFMetadata
    var tensors: [(name: String, shape: [Int], type: ElementType, bytes: [UInt8])]

    init(_ file: GGUFFile) {
        metadata = file.metadata
        tensors = file.tensors.map { ($0.name, $0.shape, $0.type, file.file.bytes.array(file.fileRange(of: $0))) }
    }

    subscript(name: String) -> [UInt8] {
        get { tensors.first { $0.name == name }?.bytes ?? [] }
        set { for index in tensors.indices where tensors[index].name == name { tensors[index].bytes = newValue } }
    }

    func encoded() throws -> [UInt8] {
        let layout = try GGUFLayout(metadata: metadata, tensors: tensors.map { ($0.name, $0.shape, $0.type) })
        var bytes = layout.header
        for (tensor, place) in zip(tensors, layout.tensors) {
            bytes += [UInt8](repeating: 0, count: place.range.lowerBound - bytes.count)
            bytes += tensor.bytes
        }
        return bytes + [UInt8](repeating: 0, count: layout.size - bytes.count)
    }
}
