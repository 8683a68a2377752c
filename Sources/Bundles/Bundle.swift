import Files
import Signatures

/// What leads into a bundle and tells everything about it but its bytes: index, manifest and signatures.
package struct BundleHead: Hashable, Sendable {
    package let index: Index
    /// The digest of `index.json`: the bundle's identity, `content_sha256`.
    package let contentDigest: Digest
    package let manifest: Manifest
    package let signatures: [SignatureFile]
}

/// An intact bundle, packed or unpacked: every byte is what the index says.
///
/// Who signed it is another question; `Verified<Bundle>` is the answer.
package struct Bundle: Sendable {
    package let head: BundleHead
    private let locations: [String: MemberLocation]
    private let layout: ArchiveLayout?

    package var index: Index { head.index }
    package var manifest: Manifest { head.manifest }
    package var contentDigest: Digest { head.contentDigest }
    package var signatures: [SignatureFile] { head.signatures }

    /// Only the verifier makes one.
    init(head: BundleHead, files: BundleFiles) {
        self.head = head
        locations = files.payload
        layout = files.layout
    }

    /// Where a member's bytes are mapped.
    package func location(of path: String) throws(BundleError) -> MemberLocation {
        guard let location = locations[path] else { throw .missing(path: path) }
        return location
    }

    /// A member's bytes; meant for documents, and refused for anything much larger.
    package func bytes(of path: String, limit: Int = 64 << 20) throws(BundleError) -> [UInt8] {
        let location = try location(of: path)
        guard location.range.count <= limit else {
            throw .limitExceeded(.documentSize, limit: limit, found: location.range.count)
        }
        return location.bytes
    }

    /// The archive up to its signatures; nil for an unpacked bundle.
    var signedPart: MemberLocation? {
        guard let layout, let file = locations.first?.value.file else { return nil }
        return MemberLocation(file: file, range: 0..<layout.signedEnd)
    }
}
