import Signatures

/// The digest of some bytes and those of their chunks, taken while the bytes pass.
package struct ChunkDigests: ~Copyable {
    /// How many bytes have passed.
    package private(set) var count = 0
    private var whole = DigestStream()
    private var chunk = DigestStream()
    private var chunks: [Digest] = []

    package init() {}

    /// Takes the next bytes.
    package mutating func update(_ bytes: RawSpan) {
        whole.update(bytes)
        var rest = bytes
        while rest.byteCount > 0 {
            let room = BundleLimits.chunkSize - count % BundleLimits.chunkSize
            let piece = rest.extracting(first: min(room, rest.byteCount))
            rest = rest.extracting(droppingFirst: piece.byteCount)
            chunk.update(piece)
            count += piece.byteCount
            if count % BundleLimits.chunkSize == 0 { endChunk() }
        }
    }

    private mutating func endChunk() {
        var next = DigestStream()
        swap(&next, &chunk)
        chunks.append(next.finish())
    }

    package consuming func finish() -> (sha256: Digest, chunks: [Digest]) {
        if count % BundleLimits.chunkSize != 0 { endChunk() }
        return (whole.finish(), chunks)
    }
}
