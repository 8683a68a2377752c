import Signatures

/// One file of a bundle's `signatures` folder.
package struct SignatureFile: Hashable, Sendable {
    /// `signatures/<start of the key's fingerprint>.sig`: one file per signer, and only one name for it.
    package let path: String
    package let bytes: [UInt8]
    package let signature: ModelSignature

    /// Reads a signature: canonical, and named after the key it claims.
    package init(path: String, bytes: [UInt8]) throws(BundleError) {
        guard bytes.count <= BundleLimits.document else {
            throw .limitExceeded(.documentSize, limit: BundleLimits.document, found: bytes.count)
        }
        do {
            signature = try ModelSignature(parsing: bytes)
        } catch {
            throw .malformedSignature(path: path, error)
        }
        let expected = Self.path(hint: signature.hint ?? "")
        guard path == expected else { throw .misnamedSignature(path: path, expected: expected) }
        self.path = path
        self.bytes = bytes
    }

    private init(_ signature: ModelSignature) {
        path = Self.path(hint: signature.hint ?? "")
        bytes = signature.encoded
        self.signature = signature
    }

    private static func path(hint: String) -> String {
        BundlePath.signatures + hint.prefix(16) + BundlePath.signatureExtension
    }

    /// Signs a bundle's index, and through it everything, by each signer; in the archive's order.
    static func sign(
        index: Index, digest: Digest, subject: String, signers: [Signer]
    ) throws -> [SignatureFile] {
        let resources = Self.resources(of: index, digest: digest)
        var files: [SignatureFile] = []
        for signer in signers {
            files.append(SignatureFile(try .sign(subject: subject, resources: resources, signer: signer)))
        }
        files.sort { BundlePath.precedes($0.path, $1.path) }
        for (file, next) in zip(files, files.dropFirst()) where file.path == next.path {
            throw BundleError.alreadySigned(path: file.path)
        }
        return files
    }

    /// What a signature covers: every member and the index, sorted as signatures sort them.
    static func resources(of index: Index, digest: Digest) -> [ModelSignature.Resource] {
        let members = index.members.map { ModelSignature.Resource(name: $0.path, digest: $0.sha256) }
        return (members + [.init(name: BundlePath.index, digest: digest)])
            .sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
    }
}
