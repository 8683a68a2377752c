import Signatures

/// The digests that metadata gives for a file.
struct FileDigests: Hashable, Sendable {
    /// Those of algorithms known here.
    let known: [HashAlgorithm: [UInt8]]

    init(_ fields: Fields) throws(TrustError) {
        var known: [HashAlgorithm: [UInt8]] = [:]
        for (name, value) in fields.object {
            guard let text = value.string else { throw .malformed(role: fields.role, field: "hashes") }
            guard let algorithm = HashAlgorithm(rawValue: name) else { continue }
            known[algorithm] = try fields.some([UInt8](lowercaseHex: text.lowercased()), "hashes")
        }
        self.known = known
    }

    /// Every known digest must agree, and one must be there.
    func verify(_ bytes: [UInt8], name: String) throws(TrustError) {
        guard !known.isEmpty else { throw .noKnownDigest(name: name) }
        for (algorithm, digest) in known where algorithm.hash(bytes) != digest { throw .wrongDigest(name: name) }
    }
}

/// What a timestamp or snapshot says of another role's file (specification 4.4, 4.5).
package struct MetaFile: Hashable, Sendable {
    package let version: Int
    package let length: Int?
    private let digests: FileDigests?

    init(_ fields: Fields) throws(TrustError) {
        version = try fields.integer("version", from: 1)
        length = fields.object["length"] == nil ? nil : try fields.integer("length", from: 0)
        digests = fields.object["hashes"] == nil ? nil : try FileDigests(try fields.fields("hashes"))
    }

    func verify(_ bytes: [UInt8], role: String) throws(TrustError) {
        if let length, length != bytes.count {
            throw .wrongLength(name: role, expected: length, found: bytes.count)
        }
        try digests?.verify(bytes, name: role)
    }
}

/// A file that the targets role vouches for (specification 4.6).
package struct TargetFile: Hashable, Sendable {
    /// Path below `targets/`, as people name it.
    package let path: String
    package let length: Int
    private let digests: FileDigests

    init(path: String, _ fields: Fields) throws(TrustError) {
        self.path = path
        length = try fields.integer("length", from: 0)
        digests = try FileDigests(try fields.fields("hashes"))
    }

    /// The digests by algorithm, in lower-case hex; those of algorithms not known here are left out.
    package var hashes: [String: String] {
        [String: String](uniqueKeysWithValues: digests.known.map { ($0.rawValue, $1.lowercaseHex) })
    }

    /// The SHA-256 digest, where there is one.
    package var sha256: Digest? { digests.known[.sha256].flatMap(Digest.init(bytes:)) }

    /// Where a repository with consistent snapshots keeps the file: a digest stands before the last path component.
    /// Nil where no digest is of a known algorithm.
    package var consistentPath: String? {
        guard let digest = digests.known[.sha256] ?? digests.known[.sha512] else { return nil }
        return Self.consistentPath(path, digest: digest.lowercaseHex)
    }

    package static func consistentPath(_ path: String, digest: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return digest + "." + path }
        return path[...slash] + digest + "." + path[path.index(after: slash)...]
    }

    /// Throws unless `bytes` are the file: length and every digest are checked (specification 5.7.2).
    package func verify(_ bytes: [UInt8]) throws(TrustError) {
        guard bytes.count == length else { throw .wrongLength(name: path, expected: length, found: bytes.count) }
        try digests.verify(bytes, name: path)
    }
}
