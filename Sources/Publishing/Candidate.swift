import Bundles
import Files
import Signatures

/// A bundle that was opened and verified, as far as publishing needs it.
package struct Candidate: Sendable {
    /// Where the bundle lies.
    package let path: String
    /// Of the whole file.
    let length: Int
    let digest: Digest
    package let name: String
    package let version: SemanticVersion
    let manifest: [UInt8]
    let index: [UInt8]
    /// File names, without a folder, and bytes.
    let signatures: [(name: String, bytes: [UInt8])]

    /// SHA-256 of index.json: the bundle's identity.
    var indexDigest: Digest { .sha256(index) }
    /// The folder of the bundle's targets.
    var folder: String { "\(name)/\(version)" }
    /// The target path of the bundle itself.
    var bundlePath: String { Self.bundlePath(name: name, version: version) }
    var indexPath: String { "\(folder)/\(BundlePath.index)" }
    static func bundlePath(name: String, version: SemanticVersion) -> String {
        "\(name)/\(version)/\(name)-\(version).modelpack"
    }
    /// Whether the metadata names this very file and just these documents of it.
    func isPublished(in state: RepositoryState) -> Bool {
        state.targets.files[bundlePath]?.sha256 == digest
            && documents.allSatisfy { state.targets.files[$0.path]?.sha256 == .sha256($0.bytes) }
    }
    /// The small targets: path and bytes.
    var documents: [(path: String, bytes: [UInt8])] {
        let own = [(path: "\(folder)/\(BundlePath.manifest)", bytes: manifest), (path: indexPath, bytes: index)]
        return own + signatures.map { (path: "\(folder)/\($0.name)", bytes: $0.bytes) }
    }
}

extension Candidate {
    /// Takes what publishing needs out of a bundle that the policy accepts; `path` is where it lies.
    init(_ verified: Verified<Bundle>, path: String) throws {
        let bundle = verified.value
        self.path = path
        let mapping = try Mapping(path: path)
        (length, digest) = (mapping.count, .sha256(mapping.bytes))
        name = bundle.manifest.name
        version = bundle.manifest.version
        manifest = try bundle.bytes(of: BundlePath.manifest)
        index = try bundle.index.encoded()
        signatures = bundle.signatures.map { (FileSystem.name(of: $0.path), $0.bytes) }
    }
}
