import Bundles

/// The layers of an artifact that is a bundle, by the files that they are.
struct BundleLayers {
    let index: Descriptor
    let signatures: [(path: String, blob: Descriptor)]
    private let payload: [String: Descriptor]

    /// `name` is the artifact's, for errors.
    init(_ manifest: ArtifactManifest, name: String) throws {
        guard manifest.artifactType == Artifact.modelType else {
            throw RegistryError.notAModel(name, artifactType: manifest.artifactType ?? manifest.config.mediaType)
        }
        var files: [String: Descriptor] = [:]
        for layer in manifest.layers {
            guard let path = layer.path, layer.mediaType == Artifact.mediaType(of: path),
                files.updateValue(layer, forKey: path) == nil
            else {
                throw RegistryError.layerDisagrees(path: layer.path ?? layer.digest)
            }
        }
        guard let index = files.removeValue(forKey: BundlePath.index) else {
            throw BundleError.missing(path: BundlePath.index)
        }
        self.index = index
        payload = files.filter { !$0.key.hasPrefix(BundlePath.signatures) }
        signatures = files.keys.filter { $0.hasPrefix(BundlePath.signatures) }.sorted().compactMap { path in
            files[path].map { (path, $0) }
        }
        try Self.check(signatures.count, .signatures, limit: BundleLimits.signatures)
        try Self.check(index.size, .documentSize, limit: BundleLimits.index)
        for (_, blob) in signatures { try Self.check(blob.size, .documentSize, limit: BundleLimits.document) }
    }

    private static func check(_ found: Int, _ what: BundleError.Limit, limit: Int) throws(BundleError) {
        guard found <= limit else { throw .limitExceeded(what, limit: limit, found: found) }
    }

    /// The blobs of the index's members: all of them, as the index says, and no others.
    func blobs(of index: Index) throws -> [String: Descriptor] {
        for member in index.members {
            guard let blob = payload[member.path] else { throw BundleError.missing(path: member.path) }
            guard blob.sha256 == member.sha256, blob.size == member.size else {
                throw RegistryError.layerDisagrees(path: member.path)
            }
        }
        let declared = Set(index.members.map(\.path))
        if let extra = payload.keys.filter({ !declared.contains($0) }).min() {
            throw BundleError.undeclared(path: extra)
        }
        return payload
    }
}
