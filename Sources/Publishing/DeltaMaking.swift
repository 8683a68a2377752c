import Bundles
import Deltas
import Files
import Signatures
import Tensors
import Trust

/// The deltas to a candidate's weights from those of the newest other versions in the repository.
struct DeltaMaking {
    let folder: RepositoryFolder
    let state: RepositoryState
    let candidate: Candidate
    /// From how many versions.
    let count: Int

    /// A delta that was made, and where it lies until it is placed.
    struct Made {
        let entry: DeltaList.Entry
        let path: String
    }

    private var listPath: String { "\(candidate.folder)/\(DeltaList.name)" }

    /// What leads to the candidate so far; a delta whose file is gone or damaged is made again where it is asked for.
    func known() throws -> [DeltaList.Entry] {
        guard try hasWhole(listPath), let bytes = try state.bytes(ofTarget: listPath, in: folder) else { return [] }
        return try DeltaList(parsing: bytes).deltas.filter { try hasWhole("\(candidate.folder)/\($0.name)") }
    }

    private func hasWhole(_ path: String) throws -> Bool {
        try state.targets.files[path].map(folder.hasWhole) ?? false
    }

    /// The versions to start from: the newest that are in the repository, without those that have their delta already.
    func bases(besides known: [DeltaList.Entry]) -> [(version: SemanticVersion, bundle: String)] {
        var versions: [SemanticVersion] = []
        for path in state.targets.files.keys where path.hasPrefix(candidate.name + "/") {
            let parts = path.split(separator: "/")
            guard parts.count == 3, let version = SemanticVersion(String(parts[1])), version != candidate.version,
                path == Candidate.bundlePath(name: candidate.name, version: version)
            else { continue }
            versions.append(version)
        }
        return versions.sorted(by: >).prefix(count).compactMap { version in
            let path = Candidate.bundlePath(name: candidate.name, version: version)
            guard !known.contains(where: { $0.from == version }),
                let place = state.targets.files[path]?.consistentPath
            else { return nil }
            return (version, folder.target(place))
        }
    }

    /// Makes the delta from one bundle; nil where it would save nothing.
    func make(from version: SemanticVersion, bundle path: String) throws -> Made? {
        let old = try Bundle(path: path), new = try Bundle(path: candidate.path)
        let member = BundlePath.weights
        guard let base = old.index[member], let target = new.index[member], base.sha256 != target.sha256 else {
            return nil
        }
        let delta = folder.unfinished("\(version.text).delta")
        let file = try OpenFile(creating: delta)
        var size = 0
        var digests = ChunkDigests()
        try DeltaMaker(from: try Self.weights(of: old), to: try Self.weights(of: new)).write { bytes in
            try file.write(bytes, at: size)
            size += bytes.count
            unsafe digests.update(bytes.span.bytes)  // Bytes have no padding.
        }
        try file.sync()
        let (sha256, chunks) = digests.finish()
        guard size < target.size else { return nil }
        let entry = DeltaList.Entry(
            from: version, member: member, base: base.sha256, size: size, sha256: sha256, chunks: chunks)
        return Made(entry: entry, path: delta)
    }

    /// Moves the deltas to their places, and names them and their list in the targets role.
    func place(_ made: [Made], besides known: [DeltaList.Entry], in change: inout MetadataChange) throws {
        for delta in made {
            let path = "\(candidate.folder)/\(delta.entry.name)"
            try folder.move(delta.path, toTarget: path, digest: delta.entry.sha256)
            try change.setTarget(path, length: delta.entry.size, digest: delta.entry.sha256)
        }
        let bytes = try DeltaList(known + made.map(\.entry)).encoded()
        try folder.write(target: listPath, bytes)
        try change.setTarget(listPath, length: bytes.count, digest: .sha256(bytes))
    }

    private static func weights(of bundle: Bundle) throws -> GGUFFile {
        let location = try bundle.location(of: BundlePath.weights)
        return try GGUFFile(file: location.file, range: location.range)
    }
}
