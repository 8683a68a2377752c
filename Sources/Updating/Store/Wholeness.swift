import Bundles
import Files
import Signatures

/// Whether a folder holds a version as it was installed: by an index with the digest that the state knows, all that it
/// says, and nothing more. What can't be read isn't whole.
///
/// Read, not mapped: a bad sector is an answer here, and would be a signal there.
func isWhole(_ release: Installed, in folder: String) -> Bool { (try? examine(release, in: folder)) ?? false }

/// The same; throws where something is missing or can't be read.
func examine(_ release: Installed, in folder: String) throws -> Bool {
    let bytes = try FileSystem.read(folder + "/" + BundlePath.index, limit: BundleLimits.index)
    guard Digest.sha256(bytes).hex == release.indexSHA256 else { return false }
    let index = try Index(parsing: bytes)
    let files = try listing(below: folder)
    let signatures = files.filter { $0.hasPrefix(BundlePath.signatures) }
    guard Set(files) == Set(index.members.map(\.path) + [BundlePath.index] + signatures) else { return false }
    for path in signatures {
        let bytes = try FileSystem.read(folder + "/" + path, limit: BundleLimits.document)
        _ = try SignatureFile(path: path, bytes: bytes)
    }
    for member in index.members where try !isWhole(member, at: folder + "/" + member.path, of: index) { return false }
    return true
}

/// Whether a file is what the index says of a member, chunk by chunk.
func isWhole(_ member: Index.Member, at path: String, of index: Index) throws(FileError) -> Bool {
    guard FileSystem.status(path)?.size == member.size else { return false }
    let file = try OpenFile(reading: path)
    for (number, digest) in member.chunks.enumerated() {
        let start = number * index.chunkSize
        let bytes = try file.read(min(index.chunkSize, member.size - start), at: start)
        if Digest.sha256(bytes) != digest { return false }
    }
    return true
}

/// All that isn't a folder below a folder, by its path in it; links and the like stay links.
private func listing(below folder: String, prefix: String = "") throws(FileError) -> [String] {
    var files: [String] = []
    for name in try FileSystem.list(folder) {
        let path = folder + "/" + name
        if try FileSystem.kind(of: path) == .directory {
            files += try listing(below: path, prefix: prefix + name + "/")
        } else {
            files.append(prefix + name)
        }
    }
    return files
}
