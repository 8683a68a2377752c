import Bundles
import Files
import Signatures

/// A version being put together, in a folder that is later renamed into its place.
///
/// Nothing says how far it got but the bytes themselves: what is there is hashed against the index.
struct Staging: Sendable {
    let folder: String
    let index: Index
    /// Small files that are at hand already, by path: the index and the signatures.
    let documents: [String: [UInt8]]
    /// Throws where the run is to end.
    let checkpoint: @Sendable () throws -> Void

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
                // Shared blocks where the file system has them, else a second name; where neither can be, it is fetched.
                if (try? FileSystem.clone(donor, to: path)) != true { try? FileSystem.hardLink(donor, to: path) }
            }
        }
    }

    /// By member: the chunks that aren't there, or aren't right. Changes nothing.
    ///
    /// A member that isn't there, but that a donor has, counts as there.
    func missingChunks(donors: [Digest: String] = [:]) throws -> [String: [Chunk]] {
        var missing: [String: [Chunk]] = [:]
        for member in index.members where member.size > 0 {
            let path = location(of: member.path)
            if FileSystem.status(path) != nil {
                missing[member.path] = try chunks(of: member).missing(in: path, checkpoint: checkpoint)
            } else if donors[member.sha256] == nil {
                missing[member.path] = chunks(of: member)
            }
        }
        return missing.filter { !$0.value.isEmpty }
    }

    /// Makes every file ready for what is missing of it: its own, writable, and no longer than it will be.
    ///
    /// What is missing may have become more by it: never is a file written that another version shares.
    func open(for missing: [String: [Chunk]]) throws -> [String: [Chunk]] {
        var missing = missing
        for member in index.members {
            let path = location(of: member.path)
            guard let status = FileSystem.status(path) else { continue }
            if missing[member.path] == nil, status.size == member.size { continue }
            if status.names > 1 {
                try FileSystem.remove(path)
                missing[member.path] = chunks(of: member)
                continue
            }
            try FileSystem.setMode(path, 0o644)
            if status.size > member.size { try OpenFile(updating: path).resize(to: member.size) }
        }
        return missing
    }

    /// Writes a chunk where it will stay.
    func write(_ bytes: [UInt8], as chunk: Chunk) throws(FileError) {
        try OpenFile(updating: location(of: chunk.member)).write(bytes, at: chunk.offset)
    }

    private func location(of path: String) -> String { folder + "/" + path }

    private func chunks(of member: Index.Member) -> [Chunk] {
        [Chunk](
            of: member.path, size: member.size, chunkSize: index.chunkSize, digests: member.chunks, at: member.offset)
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
