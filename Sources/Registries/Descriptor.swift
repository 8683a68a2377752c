import Signatures

/// What a manifest says of a blob (OCI image specification, descriptor.md).
package struct Descriptor: Codable, Hashable, Sendable {
    package let mediaType: String
    /// `sha256:` and 64 hexadecimal digits.
    package let digest: String
    package let size: Int
    package var annotations: [String: String]?

    package init(mediaType: String, digest: Digest, size: Int, path: String? = nil) {
        self.mediaType = mediaType
        self.digest = digest.name
        self.size = size
        // The first is ModelPack's, the second what other tools for artifacts name files by.
        annotations = path.map { [Self.filepath: $0, Self.title: $0] }
    }

    static let filepath = "org.cncf.model.filepath"
    static let title = "org.opencontainers.image.title"

    /// The file that the blob is.
    package var path: String? { annotations?[Self.filepath] ?? annotations?[Self.title] }

    /// The digest's value; nil for another algorithm.
    package var sha256: Digest? { digest.hasPrefix("sha256:") ? Digest(hex: String(digest.dropFirst(7))) : nil }
}

extension Digest {
    /// As registries write it.
    var name: String { "sha256:" + hex }
}
