import Files
import Signatures

/// What is pushed: a manifest, and the blobs that it names.
package struct Artifact: Sendable {
    package let manifest: [UInt8]
    package let blobs: [Blob]

    /// Bytes that go as they are.
    package struct Blob: Sendable {
        package let digest: Digest
        package let content: Content

        package enum Content: Sendable {
            case bytes([UInt8])
            case file(MappedFile, Range<Int>)
        }
    }

    init(
        type: String, config: [UInt8], of configType: String, layers: [Descriptor], blobs: [Blob],
        annotations: [String: String] = [:]
    ) throws {
        let digest = Digest.sha256(config)
        manifest = try ArtifactManifest(
            artifactType: type, config: Descriptor(mediaType: configType, digest: digest, size: config.count),
            layers: layers, annotations: annotations
        ).encoded()
        self.blobs = [Blob(digest: digest, content: .bytes(config))] + blobs
    }
}
