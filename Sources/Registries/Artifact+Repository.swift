import Files
import Signatures

/// A TUF repository as one artifact: each file of `metadata/` and `targets/` is a layer, named by its path.
///
/// A registry need not be trusted more than a web server is: devices believe the metadata's signatures. The tag moves
/// from one state of the repository to the next in one step.
extension Artifact {
    package static let repositoryType = "application/vnd.modelpack.repository.v1"
    static let repositoryFolders = ["metadata", "targets"]

    /// Whether a folder is a repository, rather than an unpacked bundle.
    package static func isRepository(_ folder: String) -> Bool {
        FileSystem.exists(folder + "/metadata/timestamp.json")
    }

    package init(repository folder: String) throws {
        var layers: [Descriptor] = [], blobs: [Blob] = []
        for path in try Self.repositoryFolders.flatMap({ try FileSystem.files(in: folder, below: $0) }) {
            let file = try MappedFile(path: folder + "/" + path)
            let digest = Digest.sha256(file.bytes)
            file.mapping.release(0..<file.count)
            let type = path.hasSuffix(".json") ? "application/json" : "application/octet-stream"
            layers.append(Descriptor(mediaType: type, digest: digest, size: file.count, path: path))
            blobs.append(Blob(digest: digest, content: .file(file, 0..<file.count)))
        }
        // There is nothing to configure (OCI image specification, "guidance for an empty descriptor").
        try self.init(
            type: Self.repositoryType, config: Array("{}".utf8), of: "application/vnd.oci.empty.v1+json",
            layers: layers, blobs: blobs)
        guard manifest.count <= ArtifactManifest.limit else {
            throw RegistryError.tooManyFiles(folder: folder, count: layers.count)
        }
    }
}
