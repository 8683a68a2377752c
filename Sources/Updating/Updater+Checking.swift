import Bundles
import Files
import FoundationEssentials
import Signatures
import Trust

extension Updater {
    /// Hashes again what is installed, rebuilds what has rotted from its good chunks and the repository, and asks the
    /// versions in use their smoke test. Beside the results: why something could not be rebuilt.
    package func check(
        _ store: inout Store, only name: String? = nil, clock: Date
    ) throws -> (results: [CheckResult], problem: (any Error)?) {
        if let name, store.state.models[name] == nil { throw store.state.unknownModel(name) }
        var results: [CheckResult] = []
        var problem: (any Error)?
        for name in name.map({ [$0] }) ?? store.state.models.keys.sorted() {
            for release in store.state.models[name]?.named ?? [] {
                results.append(try check(&store, release, of: name, store.now(clock: clock), &problem))
            }
        }
        return (results, problem)
    }

    private func check(
        _ store: inout Store, _ release: Installed, of name: String, _ now: Date, _ problem: inout (any Error)?
    ) throws -> CheckResult {
        let folder = store.layout.model(name).version(release.version)
        var result = CheckResult(model: name, version: release.version, outcome: .whole)
        if !isWhole(release, in: folder) {
            do {
                result.fetched = try rebuild(store, release, of: name, now)
                result.outcome = .rebuilt
                try store.note("rebuilt", of: name, release.version, "\(result.fetched) bytes fetched", at: now)
            } catch let error as FileError {
                // A full or failing disk is no reason to give a version up.
                throw error
            } catch UpdateError.noSpace(let needed, let free) {
                throw UpdateError.noSpace(needed: needed, free: free)
            } catch {
                problem = problem ?? error
                return try giveUp(&store, release, of: name, now)
            }
        }
        guard store.state.models[name]?.active == release else { return result }
        report(.testing(model: name, version: release.version))
        switch try healthCheck(folder) {
        case .good: break
        case .bad(let reason), .undecided(let reason):
            (result.outcome, result.reason) = (.failing, reason)
            try store.note("failing", of: name, release.version, reason, at: now)
        }
        return result
    }

    /// A version that can't be made whole is left, where there is another; the last one stays, and the owner is told.
    private func giveUp(
        _ store: inout Store, _ release: Installed, of name: String, _ now: Date
    ) throws -> CheckResult {
        let state = store.state.models[name] ?? ModelState()
        let without = try state.after(.lost(version: release.version))
        var result = CheckResult(model: name, version: release.version, outcome: .rotten)
        if state.active == release {
            guard let rest = without.active, isWhole(rest, in: store.layout.model(name).version(rest.version))
            else { return result }
        }
        try store.record(.lost(version: release.version), of: name, at: now)
        result.outcome = .givenUp
        return result
    }

    /// Makes a version whole where it stands; returns how many bytes had to be fetched.
    private func rebuild(
        _ store: borrowing Store, _ release: Installed, of name: String, _ now: Date
    ) throws -> Int {
        guard let digest = Digest(hex: release.indexSHA256) else { throw StateError.malformed }
        var targets = try refresh(store, now)
        let policy = try followPolicy(store, &targets)
        let offer = Channel.Release(version: release.version, index: digest, percent: 100, salt: [])
        let source = try Release.fetch(offer, of: name, from: &targets, policy: policy, withDeltas: false, at: now)
        let model = store.layout.model(name)
        try FileSystem.remove(model.staged(release.version))
        try seed(model.staged(release.version), from: model.version(release.version), source.head.index)
        let fetched = try stage(model, source).landed
        try store.mend(release.version, of: name)
        return fetched
    }

    /// Brings into staging what is good of a version, and a copy of what isn't: its good chunks need no fetching.
    private func seed(_ staged: String, from folder: String, _ index: Index) throws {
        for member in index.members {
            let (here, there) = (folder + "/" + member.path, staged + "/" + member.path)
            try FileSystem.createDirectory(FileSystem.parent(of: there))
            // What can't be read or copied is fetched.
            if (try? isWhole(member, at: here, of: index)) == true {
                try FileSystem.hardLink(here, to: there)
            } else if FileSystem.status(here) != nil {
                try? FileSystem.copy(here, to: there)
            }
        }
    }
}
