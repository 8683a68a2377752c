import Checkpoints
import Files
import Signatures

/// A source file's full name and what its bytes are, for the provenance.
package struct SourceDigest: Sendable {
    package let name: String
    package let digest: Digest

    /// Hashes whole files, through a small window of memory.
    static func of(_ files: [SourceFile]) async throws -> [SourceDigest] {
        var digests: [SourceDigest] = []
        for file in files {
            let open = try OpenFile(reading: file.path)
            var stream = DigestStream()
            var window = [UInt8](repeating: 0, count: 1 << 18)
            var offset = 0
            while true {
                try Task.checkCancellation()
                let count = try open.read(into: &window, at: offset)
                if count == 0 { break }
                stream.update(unsafe window.span.bytes.extracting(0..<count))  // Bytes have no padding.
                offset += count
            }
            digests.append(SourceDigest(name: file.fullName, digest: stream.finish()))
        }
        return digests
    }
}
