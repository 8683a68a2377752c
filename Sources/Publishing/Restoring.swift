import Files
import Signatures
import Trust

/// What became of a known release's files that were missing or damaged: target paths.
struct Restoration {
    var restored: [String] = []
    /// Those that the bundle can't give back.
    var missing: [String] = []
}

extension Candidate {
    /// Puts back what the metadata names of this release, which `isPublished`, and the folder no longer has whole.
    func restore(in folder: RepositoryFolder, _ state: RepositoryState) throws -> Restoration {
        var result = Restoration()
        for file in state.targets.files.values.sorted(by: { $0.path < $1.path })
        where file.path.hasPrefix(self.folder + "/") {
            if try folder.hasWhole(file) { continue }
            if file.path == bundlePath {
                try folder.move(path, toTarget: bundlePath, digest: digest)
            } else if let document = documents.first(where: { $0.path == file.path }) {
                try folder.write(target: document.path, document.bytes)
            } else {
                result.missing.append(file.path)
                continue
            }
            result.restored.append(file.path)
        }
        return result
    }
}

extension RepositoryFolder {
    /// Whether a target lies in its place with the length and the digest that the metadata states.
    func hasWhole(_ file: TargetFile) throws -> Bool {
        guard let place = file.consistentPath.map(target), FileSystem.status(place)?.size == file.length else {
            return false
        }
        return try Digest.sha256(Mapping(path: place).bytes) == file.sha256
    }
}
