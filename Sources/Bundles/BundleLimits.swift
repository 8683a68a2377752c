/// What a bundle may hold at most; readers refuse more.
package enum BundleLimits {
    /// Members of the payload.
    package static let members = 1024
    package static let signatures = 64
    /// Bytes in a member's path; longer ones would need another kind of header.
    package static let pathLength = 99
    /// Bytes in one member, and in all of them together.
    package static let size = 1 << 40
    /// Bytes in `manifest.json`, and in one signature.
    package static let document = 4 << 20
    /// Bytes in `index.json`: enough for the digests of 1 TiB.
    package static let index = 128 << 20
    /// The last second that a header holds without an extension.
    package static let time = (1 << 31) - 2
    /// What one digest of the index covers.
    package static let chunkSize = 1 << 20
}

/// The names that have a meaning in a bundle.
package enum BundlePath {
    package static let manifest = "manifest.json"
    package static let weights = "model/model.gguf"
    package static let golden = "golden/"
    package static let recorded = "golden/recorded.jsonl"
    package static let provenance = "provenance.json"
    package static let sbom = "sbom.cdx.json"
    package static let license = "LICENSE"
    package static let readme = "README.md"
    package static let index = "index.json"
    package static let signatures = "signatures/"
    package static let signatureExtension = ".sig"

    /// Whether a member may be called so: relative, ASCII letters, digits and `. _ - + @`, no empty, `.` or `..` part.
    ///
    /// The header of such a path is the same in every locale and needs no extension.
    package static func isValid(_ path: String) -> Bool {
        guard (1...BundleLimits.pathLength).contains(path.utf8.count) else { return false }
        return path.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            !part.isEmpty && part != "." && part != ".." && part.utf8.allSatisfy(isPortable)
        }
    }

    private static func isPortable(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"),
            UInt8(ascii: "+"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    /// Whether a path may stand in the payload: valid, and neither the index nor a signature.
    package static func isPayload(_ path: String) -> Bool {
        isValid(path) && path != index && !path.hasPrefix(signatures) && path + "/" != signatures
    }

    /// The order of the payload: the model first, so that what it answered can be recorded behind it while the bundle
    /// is being written; then by bytes.
    package static func precedes(_ left: String, _ right: String) -> Bool {
        let (ours, theirs) = (left.hasPrefix("model/"), right.hasPrefix("model/"))
        return ours == theirs ? left.utf8.lexicographicallyPrecedes(right.utf8) : ours
    }
}
