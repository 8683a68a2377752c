import Bundles
import Files
import FoundationEssentials
import Signatures
import Transport
import Trust

/// A release that the bundle policy accepts. The payload may still be anywhere; the index says what it has to be.
struct Release {
    let head: BundleHead
    let source: any Source
    /// The bundle, as `source` names it.
    let archive: String
    /// The deltas that lead to it, and where `source` has them.
    private(set) var deltas: [(entry: DeltaList.Entry, address: String)] = []

    /// What the state remembers of it.
    var installed: Installed {
        Installed(
            version: head.manifest.version.text, indexSHA256: head.contentDigest.hex,
            floor: head.manifest.floor?.text)
    }

    /// `index.json` and the signatures, by their paths in a bundle.
    func documents() throws -> [String: [UInt8]] {
        var documents = [BundlePath.index: try head.index.encoded()]
        for file in head.signatures { documents[file.path] = file.bytes }
        return documents
    }

    private init(_ head: BundleHead, source: any Source, archive: String) {
        self.head = head
        self.source = source
        self.archive = archive
    }
}

extension Release {
    /// Opens a bundle that lies in a folder, and verifies all of it.
    static func open(_ path: String, policy: Policy, at now: Date) throws -> Release {
        let bundle = try Bundle.verify(path: path, policy: policy, at: now).value
        let source = DirectorySource(FileSystem.parent(of: path))
        return Release(bundle.head, source: source, archive: urlComponent(FileSystem.name(of: path)))
    }

    /// Fetches and verifies what leads to the release that the channel offers.
    static func fetch(
        _ offer: Channel.Release, of name: String, from targets: inout TargetFetcher, policy: Policy,
        withDeltas: Bool, at now: Date
    ) throws -> Release {
        let folder = "\(name)/\(offer.version)/"
        func document(_ path: String, _ limit: Int) throws -> [UInt8] {
            guard let bytes = try targets.fetch(path, limit: limit) else { throw UpdateError.noTarget(path) }
            return bytes
        }
        let index = try document(folder + BundlePath.index, BundleLimits.index)
        try agree(BundlePath.index, expected: offer.index, found: Digest.sha256(index).hex)
        let signatures = try signaturePaths(in: folder, targets.metadata).map { path in
            let name = BundlePath.signatures + path.dropFirst(folder.count)
            return (path: name, bytes: try document(path, BundleLimits.document))
        }
        let bundle = "\(folder)\(name)-\(offer.version).modelpack"
        guard let file = try targets.find(bundle) else { throw UpdateError.noTarget(bundle) }
        let head = try BundleHead.verify(
            index: index, manifest: try document(folder + BundlePath.manifest, BundleLimits.document),
            signatures: signatures, policy: policy, at: now
        ).value
        try agree("name", expected: name, found: head.manifest.name)
        try agree("version", expected: offer.version, found: head.manifest.version.text)
        var release = Release(head, source: targets.source, archive: try targets.address(of: file))
        if withDeltas, let list = try targets.fetch(folder + DeltaList.name, limit: BundleLimits.document) {
            for entry in try DeltaList(parsing: list).deltas {
                guard let file = try targets.find(folder + entry.name), file.sha256 == entry.sha256 else { continue }
                release.deltas.append((entry, try targets.address(of: file)))
            }
        }
        return release
    }

    private static func signaturePaths(in folder: String, _ metadata: TrustedMetadata) -> [String] {
        let paths = metadata.targets?.files.keys.filter {
            $0.hasPrefix(folder) && $0.hasSuffix(BundlePath.signatureExtension)
        }
        return (paths ?? []).sorted().prefix(BundleLimits.signatures).map(\.self)
    }

    private static func agree(_ what: String, expected: String, found: String) throws(UpdateError) {
        guard expected == found else { throw .contradiction(what: what, expected: expected, found: found) }
    }
}
