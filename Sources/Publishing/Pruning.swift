import Bundles
import Files
import FoundationEssentials
import Trust

/// Takes old versions out of a repository and deletes the files that nothing names any more.
package struct Pruning {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys
    /// How many of each model's newest versions stay; those that a channel offers stay in any case.
    package let keep: Int

    package init(folder: RepositoryFolder, keys: RepositoryKeys, keep: Int) {
        self.folder = folder
        self.keys = keys
        self.keep = keep
    }

    package struct Result: Encodable, Sendable {
        /// `NAME VERSION`, sorted.
        package var versions: [String] = []
        /// How many files were deleted, and their bytes.
        package var files = 0
        package var bytes = 0
        package var outcome = ChangeOutcome()
    }

    /// Metadata first: a file is deleted once no served metadata names it. All roots stay, for clients follow them
    /// one by one.
    package func run(now: Date) throws -> Result {
        let session = try RepositorySession(folder, keys: keys)
        var result = Result()
        let old = try session.state.oldReleases(keeping: keep, in: folder)
        if !old.isEmpty {
            var change = try session.change(now: now)
            try change.demand([Targets.name, Snapshot.name, Timestamp.name])
            try change.removeTargets { path in old.contains { path.hasPrefix("\($0.name)/\($0.version)/") } }
            result.outcome = try change.finish(in: folder)
            if result.outcome.waiting.isEmpty { result.versions = old.map { "\($0.name) \($0.version)" }.sorted() }
        }
        let state = try RepositoryState(reading: folder)
        var named = Set(state.files.compactMap(\.consistentPath).map(folder.target))
        for draft in try PendingMetadata(in: folder, after: state).drafts.values {
            // Targets of a draft are kept, whatever the role: what is no targets role has none.
            for file in (try? Targets(draft.signed))?.files.values.map({ $0 }) ?? [] {
                if let path = file.consistentPath { named.insert(folder.target(path)) }
            }
        }
        for role in state.roles where role != Root.name && role != Timestamp.name {
            named.insert(folder.metadata("\(state.version(of: role)).\(role).json"))
        }
        named.insert(folder.metadata("timestamp.json"))
        for path in [folder.path + "/metadata", folder.path + "/targets"] where FileSystem.isDirectory(path) {
            try delete(below: path, except: named, &result)
        }
        return result
    }

    private func delete(below path: String, except named: Set<String>, _ result: inout Result) throws {
        for name in try FileSystem.list(path) {
            let file = path + "/" + name
            switch try FileSystem.kind(of: file) {
            case .directory:
                try delete(below: file, except: named, &result)
                if try FileSystem.list(file).isEmpty { try folder.remove(file) }
            case .file where !named.contains(file) && !name.hasSuffix(".root.json"):
                result.bytes += FileSystem.status(file)?.size ?? 0
                result.files += 1
                try folder.remove(file)
            default: break
            }
        }
    }
}

extension RepositoryState {
    /// The versions that are neither among each model's newest nor offered.
    fileprivate func oldReleases(
        keeping count: Int, in folder: RepositoryFolder
    ) throws -> [(name: String, version: SemanticVersion)] {
        var versions: [String: Set<SemanticVersion>] = [:]
        for path in targets.files.keys {
            let parts = path.split(separator: "/")
            guard parts.count > 2, let version = SemanticVersion(String(parts[1])) else { continue }
            versions[String(parts[0]), default: []].insert(version)
        }
        var offered: [String: Set<String>] = [:]
        for channel in channels {
            for (name, model) in try self.channel(channel, in: folder).models {
                offered[name, default: []].formUnion(model.releases.map(\.version))
            }
        }
        return versions.flatMap { name, all in
            all.sorted(by: >).dropFirst(count).filter { !(offered[name]?.contains($0.text) ?? false) }
                .map { (name, $0) }
        }
    }
}
