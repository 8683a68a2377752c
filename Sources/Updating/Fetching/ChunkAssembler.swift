import Signatures

/// Cuts a stream of archive bytes into the chunks that are wanted, checks each and hands on the good ones.
struct ChunkAssembler {
    /// Wanted chunks not yet seen, in archive order.
    private var wanted: ArraySlice<Chunk>
    private var position: Int
    private var buffer: [UInt8] = []
    private let land: (Chunk, [UInt8]) throws -> Void
    /// Bytes that lay between the chunks.
    private(set) var between = 0
    /// The chunks whose bytes weren't theirs.
    private(set) var damaged: [Chunk] = []

    /// `position` is the archive offset of the first byte that will come.
    init(_ chunks: [Chunk], from position: Int, land: @escaping (Chunk, [UInt8]) throws -> Void) {
        wanted = chunks.sorted { $0.range.lowerBound < $1.range.lowerBound }[...]
        self.position = position
        self.land = land
    }

    /// Whether all that was wanted has passed.
    var isDone: Bool { wanted.isEmpty }

    mutating func take(_ piece: RawSpan) throws {
        var rest = piece.extracting(0..<piece.byteCount)
        while let chunk = wanted.first, !rest.isEmpty {
            if chunk.range.lowerBound > position, buffer.isEmpty {
                let skipped = min(rest.byteCount, chunk.range.lowerBound - position)
                rest = rest.extracting(droppingFirst: skipped)
                position += skipped
                between += skipped
                continue
            }
            let taken = min(rest.byteCount, chunk.range.count - buffer.count)
            let part = rest.extracting(first: taken)
            // Read within the call only.
            unsafe part.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
            rest = rest.extracting(droppingFirst: taken)
            position += taken
            if buffer.count == chunk.range.count { try finish(chunk) }
        }
        position += rest.byteCount
    }

    private mutating func finish(_ chunk: Chunk) throws {
        wanted.removeFirst()
        if Digest.sha256(buffer) == chunk.digest {
            try land(chunk, buffer)
        } else {
            damaged.append(chunk)
        }
        buffer.removeAll(keepingCapacity: true)
    }
}
