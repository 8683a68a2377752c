import Bundles
import Files
import FoundationEssentials
import Signatures
import Transport

extension Updater {
    /// Fetches, checks, asks the smoke test and switches, in this order; each step leaves the device as whole as it was.
    func install(_ store: inout Store, _ release: Release, _ now: Date) throws -> UpdateResult {
        let name = release.head.manifest.name
        let version = release.installed.version
        if let unmet = abilities.unmet(of: release.head.manifest.requires) { throw unmet }
        let fetched = try stage(store.layout.model(name), release)
        try store.finishStaging(release.installed, of: name, at: now)
        var result = UpdateResult(model: name, outcome: .staged, version: version, fetched: fetched)
        result.reason = permission.switching?.word
        if !activates || permission.switching != nil { return result }
        return try activate(&store, release.installed, result, now)
    }

    /// Asks the smoke test about a version that lies in staging, whole, and switches to it.
    func activate(
        _ store: inout Store, _ release: Installed, _ staged: UpdateResult, _ now: Date
    ) throws -> UpdateResult {
        let (name, version) = (staged.model, release.version)
        var result = staged
        report(.testing(model: name, version: version))
        let event: ModelEvent
        switch try healthCheck(store.layout.model(name).staged(version)) {
        case .bad(let reason):
            try store.record(.refused(release, reason: reason), of: name, at: now)
            try FileSystem.remove(store.layout.model(name).staged(version))
            (result.outcome, result.reason) = (.refused, reason)
            return result
        case .undecided(let reason):
            let attempts = configuration.check.attempts
            try store.record(.undecided(release, attempts: attempts, reason: reason), of: name, at: now)
            if store.state.models[name]?.isBlocked(release.indexSHA256) == true {
                try FileSystem.remove(store.layout.model(name).staged(version))
            }
            (result.outcome, result.reason) = (.undecided, reason)
            return result
        case .good where configuration.confirm == .smoke:
            event = .installed(release)
            result.outcome = .installed
        case .good:
            let deadline = Int(now.timeIntervalSince1970) + configuration.check.hours * 3600
            event = .tried(release, deadline: deadline, attempts: configuration.check.attempts)
            result.outcome = .trial
        }
        report(.switching(model: name, version: version))
        try store.install(version, as: event, of: name, at: now)
        _ = try store.collect(name, keeping: configuration.keep, clock: now)
        return result
    }

    /// Puts the version together in staging, whole and checked; returns how many bytes had to be fetched.
    func stage(_ model: ModelLayout, _ release: Release) throws -> Int {
        let version = release.installed.version
        try FileSystem.createDirectory(model.staging)
        // One version is put together at a time: what else lies there is given up.
        for name in try FileSystem.list(model.staging) where name != version {
            try FileSystem.remove(model.staging + "/" + name)
        }
        let staging = Staging(
            folder: model.staged(version), index: release.head.index, documents: try release.documents())
        try staging.prepare(donors: donors(in: model))
        let missing = try staging.missingChunks()
        let needed = missing.reduce(0) { $0 + $1.range.count }
        try checkSpace(for: release, needed: needed, free: try FileSystem.freeSpace(at: model.folder))
        var fetch = ArchiveFetch(source: release.source, path: release.archive)
        let name = release.head.manifest.name
        fetch.progress = { report(.fetching(model: name, version: version, done: $0, total: $1)) }
        try fetch.fetch(missing) { chunk, bytes in try staging.write(bytes, as: chunk) }
        return needed
    }

    /// What the maker asks for first, what is to be fetched then; what is here already counts as free.
    private func checkSpace(for release: Release, needed: Int, free: Int) throws(UpdateError) {
        let here = release.head.index.members.reduce(0) { $0 + $1.size } - needed
        if let disk = release.head.manifest.requires.disk, disk > free + here {
            throw .unmet(requirement: "disk", needed: "\(disk)", found: "\(free + here)")
        }
        guard needed <= free else { throw .noSpace(needed: needed, free: free) }
    }

    /// Files of the versions that are here, by what their indexes say of them; each is hashed before it counts.
    private func donors(in model: ModelLayout) -> [Digest: String] {
        var donors: [Digest: String] = [:]
        for version in Store.disk(of: model).versions.sorted() {
            let folder = model.version(version)
            guard let bytes = try? FileSystem.read(folder + "/" + BundlePath.index, limit: BundleLimits.index),
                let index = try? Index(parsing: bytes)
            else { continue }
            for member in index.members { donors[member.sha256] = folder + "/" + member.path }
        }
        return donors
    }
}
