import Checkpoints
import Files
import Signatures

/// A source file's full name and what its bytes are, for the provenance.
package struct SourceDigest: Sendable {
    package let name: String
    package let digest: Digest

    /// Hashes whole files.
    static func of(_ files: [SourceFile]) async throws -> [SourceDigest] {
        var digests: [SourceDigest] = []
        for file in files {
            var stream = DigestStream()
            try OpenFile(reading: file.path).forEachPiece { piece in
                try Task.checkCancellation()
                stream.update(piece)
            }
            digests.append(SourceDigest(name: file.fullName, digest: stream.finish()))
        }
        return digests
    }
}
