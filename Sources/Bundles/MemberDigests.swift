import Signatures

/// The digests of one member, taken while its bytes pass.
struct MemberDigests: ~Copyable {
    let path: String
    let size: Int
    private let offset: Int
    /// How many bytes have passed.
    private(set) var count = 0
    private var whole = DigestStream()
    private var chunk = DigestStream()
    private var chunks: [Digest] = []

    init(path: String, size: Int, offset: Int) {
        self.path = path
        self.size = size
        self.offset = offset
    }

    /// Takes the next bytes; false when they are more than the member has.
    mutating func update(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount <= size - count else { return false }
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
        return true
    }

    private mutating func endChunk() {
        var next = DigestStream()
        swap(&next, &chunk)
        chunks.append(next.finish())
    }

    consuming func finish() -> Index.Member {
        if count % BundleLimits.chunkSize != 0 { endChunk() }
        return Index.Member(path: path, size: size, offset: offset, sha256: whole.finish(), chunks: chunks)
    }
}
