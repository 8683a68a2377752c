import Bundles
import FoundationEssentials
import Signatures

/// A bundle as CNCF ModelPack describes models in registries (modelpack/model-spec, docs/spec.md and docs/config.md):
/// one layer for each file, as it is.
///
/// The archive follows from the index, the signatures and the members, so nothing else has to be carried.
extension Artifact {
    package static let modelType = "application/vnd.cncf.model.manifest.v1+json"
    private static let configType = "application/vnd.cncf.model.config.v1+json"

    package init(_ bundle: Bundle) throws {
        var layers: [Descriptor] = [], blobs: [Blob] = []
        for member in bundle.index.members {
            let location = try bundle.location(of: member.path)
            layers.append(
                Descriptor(
                    mediaType: Self.mediaType(of: member.path), digest: member.sha256, size: member.size,
                    path: member.path))
            blobs.append(Blob(digest: member.sha256, content: .file(location.file, location.range)))
        }
        let index = (BundlePath.index, try bundle.index.encoded())
        for (path, bytes) in [index] + bundle.signatures.map({ ($0.path, $0.bytes) }) {
            let digest = Digest.sha256(bytes)
            layers.append(
                Descriptor(mediaType: Self.mediaType(of: path), digest: digest, size: bytes.count, path: path))
            blobs.append(Blob(digest: digest, content: .bytes(bytes)))
        }
        try self.init(
            type: Self.modelType, config: CanonicalJSON.encode(ModelConfiguration(bundle, layers)), of: Self.configType,
            layers: layers, blobs: blobs, annotations: Self.annotations(of: bundle))
    }

    /// ModelPack's kind of a member.
    static func mediaType(of path: String) -> String {
        let kind =
            switch path {
            case BundlePath.weights: "weight"
            case BundlePath.manifest, BundlePath.index: "weight.config"
            case _ where path.hasPrefix("model/"): path.hasSuffix(".gguf") ? "weight" : "weight.config"
            case _ where path.hasPrefix(BundlePath.golden): "dataset"
            default: "doc"
            }
        return "application/vnd.cncf.model.\(kind).v1.raw"
    }

    /// What registries show of an artifact (OCI image specification, annotations.md).
    private static func annotations(of bundle: Bundle) -> [String: String] {
        let manifest = bundle.manifest
        var annotations = [
            "org.opencontainers.image.title": manifest.name,
            "org.opencontainers.image.version": manifest.version.text,
            "urn:modelpack:content_sha256": bundle.contentDigest.hex,
        ]
        annotations["org.opencontainers.image.licenses"] = manifest.license?.spdx
        annotations["urn:modelpack:floor"] = manifest.floor?.text
        annotations["urn:modelpack:memory"] = manifest.requires.memory.map { "\($0)" }
        annotations["urn:modelpack:disk"] = manifest.requires.disk.map { "\($0)" }
        return annotations
    }
}

/// ModelPack's configuration; no other keys are allowed in it.
private struct ModelConfiguration: Encodable {
    let descriptor: General
    let config: Technical
    let modelfs: Layers

    struct General: Encodable {
        let name: String
        let version: String
        let family: String
        let licenses: [String]?
        let createdAt: String?
    }

    struct Technical: Encodable {
        let architecture = "transformer"
        let format = "gguf"
        let quantization: String
    }

    struct Layers: Encodable {
        let type = "layers"
        /// Digests of the uncompressed layers: these are never compressed.
        let diffIds: [String]
    }

    init(_ bundle: Bundle, _ layers: [Descriptor]) {
        let manifest = bundle.manifest, time = bundle.index.time
        descriptor = General(
            name: manifest.name, version: manifest.version.text, family: manifest.architecture,
            licenses: manifest.license?.spdx.map { [$0] },
            // A bundle that was built without a time has none.
            createdAt: time == 0 ? nil : Date(timeIntervalSince1970: Double(time)).formatted(.iso8601))
        config = Technical(quantization: manifest.quantization.type)
        modelfs = Layers(diffIds: layers.map(\.digest))
    }
}
