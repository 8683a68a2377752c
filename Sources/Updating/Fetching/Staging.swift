import Bundles
import Files
import Signatures

/// A version being put together, in a folder that is later renamed into its place.
///
/// Nothing says how far it got but the bytes themselves: what is there is hashed against the index.
struct Staging {
    let folder: String
    let index: Index
    /// Small files that are at hand already, by path: the index and the signatures.
    let documents: [String: [UInt8]]

    /// Makes the folder hold what it may hold: the documents, and of the members whatever is there.
    ///
    /// `donors` are files of other versions by their digest; one that fits is linked in place of being fetched.
    func prepare(donors: [Digest: String]) throws {
        try FileSystem.createDirectory(folder)
        try makeWritable(folder)
        let belongs = Set(index.members.map(\.path)).union(documents.keys)
        try clean(folder, below: "", keeping: belongs)
        for (path, bytes) in documents {
            try FileSystem.createDirectory(FileSystem.parent(of: location(of: path)))
            try FileSystem.replace(location(of: path), with: bytes)
        }
        for member in index.members {
            let path = location(of: member.path)
            try FileSystem.createDirectory(FileSystem.parent(of: path))
            if FileSystem.status(path) != nil { continue }
            if member.size == 0 {
                _ = try OpenFile(creating: path)
            } else if let donor = donors[member.sha256] {
                // Where links can't be made, it is fetched.
                try? FileSystem.hardLink(donor, to: path)
            }
        }
    }

    /// The chunks that aren't there, or aren't right.
    func missingChunks() throws -> [Chunk] {
        try index.members.flatMap { member in
            let chunks = chunks(of: member)
            let path = location(of: member.path)
            guard let status = FileSystem.status(path) else { return chunks }
            let missing = try missing(of: chunks, in: path)
            if missing.isEmpty, status.size == member.size { return [] }
            // Never write into a file that another version shares.
            if status.names > 1 {
                try FileSystem.remove(path)
                return chunks
            }
            try FileSystem.setMode(path, 0o644)
            if status.size > member.size { try OpenFile(updating: path).resize(to: member.size) }
            return missing
        }
    }

    /// Writes a chunk where it will stay.
    func write(_ bytes: [UInt8], as chunk: Chunk) throws(FileError) {
        try OpenFile(updating: location(of: chunk.member)).write(bytes, at: chunk.offset)
    }

    private func location(of path: String) -> String { folder + "/" + path }

    private func chunks(of member: Index.Member) -> [Chunk] {
        member.chunks.enumerated().map { number, digest in
            let offset = number * index.chunkSize
            let length = min(index.chunkSize, member.size - offset)
            let start = member.offset + offset
            return Chunk(
                member: member.path, number: number, offset: offset, range: start..<start + length, digest: digest)
        }
    }

    private func missing(of chunks: [Chunk], in path: String) throws(FileError) -> [Chunk] {
        let file = try OpenFile(reading: path)
        var missing: [Chunk] = []
        for chunk in chunks {
            let bytes = try file.read(chunk.range.count, at: chunk.offset)
            if bytes.count != chunk.range.count || Digest.sha256(bytes) != chunk.digest { missing.append(chunk) }
        }
        return missing
    }

    private func makeWritable(_ folder: String) throws(FileError) {
        try FileSystem.setMode(folder, 0o755)
        for path in try FileSystem.list(folder).map({ folder + "/" + $0 })
        where FileSystem.linkTarget(path) == nil && FileSystem.isDirectory(path) {
            try makeWritable(path)
        }
    }

    /// Removes everything but regular files that belong here.
    private func clean(_ folder: String, below prefix: String, keeping: Set<String>) throws(FileError) {
        for name in try FileSystem.list(folder) {
            let path = folder + "/" + name
            if FileSystem.linkTarget(path) == nil, FileSystem.isDirectory(path),
                keeping.contains(where: { $0.hasPrefix(prefix + name + "/") })
            {
                try clean(path, below: prefix + name + "/", keeping: keeping)
            } else if FileSystem.status(path) == nil || !keeping.contains(prefix + name) {
                try FileSystem.remove(path)
            }
        }
    }
}
