import Signatures

/// Every member of a bundle's payload: where it lies and what its bytes are (`index.json`).
///
/// The signature covers it, and its own digest is the bundle's identity, `content_sha256`.
package struct Index: Codable, Hashable, Sendable {
    package let chunkSize: Int
    /// In the order of the archive.
    package let members: [Member]
    /// What every header gives as the time of change: seconds since 1970.
    package let time: Int

    package struct Member: Codable, Hashable, Sendable {
        package let path: String
        package let size: Int
        /// Permission bits, always 0644.
        package let mode: Int
        /// Where the member's bytes start in the archive.
        package let offset: Int
        package let sha256: Digest
        /// One digest per chunk; the last chunk may be short.
        package let chunks: [Digest]

        /// The member's bytes in the archive.
        package var range: Range<Int> { offset..<offset + size }

        package init(path: String, size: Int, offset: Int, sha256: Digest, chunks: [Digest]) {
            self.path = path
            self.size = size
            mode = ArchiveHeader.mode
            self.offset = offset
            self.sha256 = sha256
            self.chunks = chunks
        }
    }

    private enum CodingKeys: String, CodingKey {
        case chunkSize = "chunk_size"
        case members, time
    }

    package init(members: [Member], time: Int) {
        chunkSize = BundleLimits.chunkSize
        self.members = members
        self.time = time
    }

    package subscript(path: String) -> Member? { members.first { $0.path == path } }

    /// Where the archive goes on behind the payload: the header of `index.json`.
    package var end: Int { members.last.map { ArchiveHeader.padded($0.offset + $0.size) } ?? 0 }

    /// The bytes of `index.json`.
    package func encoded() throws -> [UInt8] { try CanonicalJSON.encode(self) }
}

extension Index {
    /// Reads `index.json`: byte for byte what `encoded` gives, with every member where the archive must have it.
    package init(parsing bytes: [UInt8]) throws(BundleError) {
        guard bytes.count <= BundleLimits.index else {
            throw .limitExceeded(.documentSize, limit: BundleLimits.index, found: bytes.count)
        }
        self = try CanonicalJSON.decode(Index.self, bytes, path: BundlePath.index)
        guard let own = try? encoded() else { throw .malformedDocument(path: BundlePath.index, field: "") }
        if own != bytes {
            throw .notCanonical(path: BundlePath.index, offset: zip(own, bytes).prefix { $0 == $1 }.count)
        }
        try check()
    }

    private func check() throws(BundleError) {
        func expect(_ condition: Bool, _ field: String) throws(BundleError) {
            guard condition else { throw .malformedDocument(path: BundlePath.index, field: field) }
        }
        try expect(chunkSize == BundleLimits.chunkSize, "chunk_size")
        try expect((0...BundleLimits.time).contains(time), "time")
        guard members.count <= BundleLimits.members else {
            throw .limitExceeded(.members, limit: BundleLimits.members, found: members.count)
        }
        var position = 0
        for (number, member) in members.enumerated() {
            let field = "members.\(number)"
            try expect(BundlePath.isPayload(member.path), field + ".path")
            try expect(number == 0 || BundlePath.precedes(members[number - 1].path, member.path), field + ".path")
            try expect((0...BundleLimits.size).contains(member.size), field + ".size")
            try expect(member.mode == ArchiveHeader.mode, field + ".mode")
            // Positions stay below 2^51: at most 2^10 members of 2^40 bytes.
            try expect(member.offset == position + ArchiveHeader.length(forSize: member.size), field + ".offset")
            try expect(member.chunks.count == (member.size + chunkSize - 1) / chunkSize, field + ".chunks")
            position = ArchiveHeader.padded(member.offset + member.size)
        }
        try expect(position <= BundleLimits.size, "members")
    }
}
