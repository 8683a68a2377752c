/// A place in a bucket: `s3://BUCKET[/PREFIX]`.
package struct BucketAddress: Hashable, Sendable {
    package let bucket: String
    /// What all names begin with: empty, or ending with a slash.
    package let prefix: String

    package static let scheme = "s3://"

    package enum Problem: Equatable, Sendable {
        case noScheme, badBucket, badPrefix
    }

    package init(parsing text: String) throws(BucketError) {
        guard text.hasPrefix(Self.scheme) else { throw .badAddress(text, .noScheme) }
        var rest = text.dropFirst(Self.scheme.count)
        if rest.hasSuffix("/") { rest = rest.dropLast() }
        let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        guard let bucket = parts.first, Self.isBucket(bucket) else { throw .badAddress(text, .badBucket) }
        self.bucket = String(bucket)
        guard parts.count == 2 else {
            prefix = ""
            return
        }
        guard Self.isPrefix(parts[1]) else { throw .badAddress(text, .badPrefix) }
        prefix = parts[1] + "/"
    }

    /// The address in full.
    package var text: String { Self.scheme + bucket + (prefix.isEmpty ? "" : "/" + prefix.dropLast()) }

    /// 3 to 63 lower-case letters, digits, dots and hyphens (Amazon S3 User Guide, "bucket naming rules").
    private static func isBucket(_ name: Substring) -> Bool {
        (3...63).contains(name.utf8.count)
            && name.split(separator: ".", omittingEmptySubsequences: false).allSatisfy { label in
                label.first != "-" && label.last != "-" && !label.isEmpty
                    && label.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
            }
    }

    /// What stays one name in a URL's path: no empty component, none that leads elsewhere.
    private static func isPrefix(_ text: Substring) -> Bool {
        text.utf8.count <= 512 && text.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F }
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy {
                !$0.isEmpty && $0 != "." && $0 != ".."
            }
    }
}
