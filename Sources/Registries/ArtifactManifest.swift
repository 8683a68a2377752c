import Bundles
import FoundationEssentials
import Signatures

/// What an artifact consists of (OCI image specification, manifest.md).
package struct ArtifactManifest: Codable, Hashable, Sendable {
    package var schemaVersion = 2
    package var mediaType: String? = Self.mediaType
    package var artifactType: String?
    package var config: Descriptor
    package var layers: [Descriptor]
    package var annotations: [String: String]?

    package static let mediaType = "application/vnd.oci.image.manifest.v1+json"
    /// Registries take 4 MiB at least.
    package static let limit = 4 << 20

    package init(artifactType: String, config: Descriptor, layers: [Descriptor], annotations: [String: String]) {
        self.artifactType = artifactType
        self.config = config
        self.layers = layers
        self.annotations = annotations.isEmpty ? nil : annotations
    }

    /// The same values give the same bytes.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }

    /// Reads a manifest; `name` is for the error.
    package init(parsing bytes: [UInt8], name: String) throws(RegistryError) {
        guard let manifest = try? JSONDecoder().decode(Self.self, from: Data(bytes)), manifest.schemaVersion == 2,
            (manifest.layers + [manifest.config]).allSatisfy({ $0.sha256 != nil && $0.size >= 0 })
        else {
            throw .malformedManifest(name)
        }
        self = manifest
    }
}
