import Signatures

/// The digests of one member, taken while its bytes pass.
struct MemberDigests: ~Copyable {
    let path: String
    let size: Int
    private let offset: Int
    private var digests = ChunkDigests()

    /// How many bytes have passed.
    var count: Int { digests.count }

    init(path: String, size: Int, offset: Int) {
        self.path = path
        self.size = size
        self.offset = offset
    }

    /// Takes the next bytes; false when they are more than the member has.
    mutating func update(_ bytes: RawSpan) -> Bool {
        guard bytes.byteCount <= size - count else { return false }
        digests.update(bytes)
        return true
    }

    consuming func finish() -> Index.Member {
        let (sha256, chunks) = digests.finish()
        return Index.Member(path: path, size: size, offset: offset, sha256: sha256, chunks: chunks)
    }
}
