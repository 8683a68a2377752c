import Bundles
import Files
import FoundationEssentials
import Signatures
import Transport
import Trust

/// What a model's own test says about a version, before the device relies on it.
package enum Health: Equatable, Sendable {
    case good
    case bad(reason: String)
    /// The test could not be finished: out of time or memory.
    case undecided(reason: String)
}

/// What a run tells while it goes on.
package enum UpdateEvent: Equatable, Sendable {
    case refreshing
    case fetching(model: String, version: String, done: Int, total: Int)
    case testing(model: String, version: String)
    case switching(model: String, version: String)
}

/// What came of a run for one model.
package struct UpdateResult: Equatable, Sendable, Codable {
    package enum Outcome: String, Sendable, Codable {
        case upToDate = "up-to-date"
        case installed
        /// In use, and waiting for `confirm`.
        case trial
        /// Fetched and checked, and not switched to.
        case staged
        /// There, and not fetched.
        case available
        /// There, and not for this device now.
        case waiting
        /// There, and this device won't have it.
        case blocked
        /// The smoke test said no, and the version is blocked.
        case refused
        /// The smoke test came to no verdict.
        case undecided
    }

    package let model: String
    package let outcome: Outcome
    /// The version that the outcome is about.
    package var version: String?
    package var reason: String?
    /// Bytes of payload that were fetched.
    package var fetched = 0
}

/// Brings a device's models up to what its channel offers.
package struct Updater {
    package var configuration: DeviceConfiguration
    package var abilities: DeviceAbilities
    /// Asks the model in a folder for its own test's verdict.
    package var healthCheck: (_ folder: String) throws -> Health
    package var report: (UpdateEvent) -> Void
    /// Tell what would be done, and do nothing.
    package var isDryRun = false
    /// Fetch and check, and switch nothing.
    package var activates = true

    package init(
        configuration: DeviceConfiguration, abilities: DeviceAbilities,
        healthCheck: @escaping (_ folder: String) throws -> Health, report: @escaping (UpdateEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        self.abilities = abilities
        self.healthCheck = healthCheck
        self.report = report
    }

    /// Updates one model, or all that the channel carries; one model's trouble doesn't keep the others.
    package func update(_ store: inout Store, only name: String? = nil, clock: Date) throws -> [UpdateResult] {
        report(.refreshing)
        let now = store.now(clock: clock)
        let targets = try refresh(store, now)
        if !isDryRun { try store.accept(checkAt: now) }
        let channel = try channel(targets)
        if let name, channel.models[name] == nil {
            throw UpdateError.notOnChannel(model: name, channel: configuration.channel)
        }
        let policy = try policy(store)
        var results: [UpdateResult] = []
        var problem: (any Error)?
        for name in name.map({ [$0] }) ?? channel.models.keys.sorted() {
            do {
                guard Manifest.isName(name) else { throw UpdateError.badModelName(name) }
                let releases = channel.models[name]?.releases ?? []
                results.append(try update(&store, name, releases, targets, policy, now))
            } catch {
                problem = problem ?? error
            }
        }
        if let problem { throw problem }
        return results
    }

    /// Installs a bundle file: the same trust in its makers, without a repository.
    package func install(_ store: inout Store, from bundle: String, clock: Date) throws -> UpdateResult {
        let now = store.now(clock: clock)
        let release = try Release.open(bundle, policy: try policy(store))
        let name = release.head.manifest.name
        if let result = try settleTrial(&store, name, now) { return result }
        let state = store.state.models[name] ?? ModelState()
        try state.allow(release.installed)
        let version = release.head.manifest.version
        if let confirmed = state.confirmed.flatMap({ SemanticVersion($0.version) }), version <= confirmed {
            return UpdateResult(model: name, outcome: .upToDate, version: confirmed.text)
        }
        if isDryRun { return UpdateResult(model: name, outcome: .available, version: version.text) }
        return try install(&store, release, now)
    }
}

extension Updater {
    private func refresh(_ store: borrowing Store, _ now: Date) throws -> TargetFetcher {
        let repository = configuration.repository
        let base = repository.hasSuffix("/") ? repository : repository + "/"
        let options = configuration.httpOptions
        let client = MetadataClient(
            folder: MetadataFolder(store.layout.trust), source: try source(at: base + "metadata", options: options))
        return TargetFetcher(
            metadata: try client.refresh(now: now), source: try source(at: base + "targets", options: options))
    }

    private func channel(_ targets: TargetFetcher) throws -> Channel {
        let limit = 16 << 20
        guard let bytes = try targets.fetch(Channel.path(configuration.channel), limit: limit) else {
            throw UpdateError.noChannel(configuration.channel)
        }
        return try Channel(parsing: bytes)
    }

    private func policy(_ store: borrowing Store) throws -> Policy {
        let path = store.layout.policy
        return try Policy(parsing: String(decoding: try FileSystem.read(path), as: UTF8.self), file: path)
    }

    private func update(
        _ store: inout Store, _ name: String, _ releases: [Channel.Release], _ targets: TargetFetcher,
        _ policy: Policy, _ now: Date
    ) throws -> UpdateResult {
        if let result = try settleTrial(&store, name, now) { return result }
        let state = store.state.models[name] ?? ModelState()
        let offer: Channel.Release
        switch choose(from: releases, state: state, device: configuration.id, now: now) {
        case .upToDate: return UpdateResult(model: name, outcome: .upToDate, version: state.confirmed?.version)
        case .wait(let version, .blocked): return UpdateResult(model: name, outcome: .blocked, version: version)
        case .wait(let version, let waiting):
            return UpdateResult(model: name, outcome: .waiting, version: version, reason: waiting.word)
        case .install(let release): offer = release
        }
        if isDryRun { return UpdateResult(model: name, outcome: .available, version: offer.version) }
        let release = try Release.fetch(offer, of: name, from: targets, policy: policy)
        try state.allow(release.installed)
        return try install(&store, release, now)
    }

    /// A trial that is still on ends the run for its model; one past its deadline costs an attempt.
    private func settleTrial(_ store: inout Store, _ name: String, _ now: Date) throws -> UpdateResult? {
        guard let trial = store.state.models[name]?.trial else { return nil }
        if !isDryRun, Int(now.timeIntervalSince1970) > trial.deadline {
            try store.record(.overdue, of: name, at: now)
            if store.state.models[name]?.trial == nil { return nil }
        }
        return UpdateResult(model: name, outcome: .trial, version: trial.release.version)
    }

    private func install(_ store: inout Store, _ release: Release, _ now: Date) throws -> UpdateResult {
        let name = release.head.manifest.name
        let version = release.installed.version
        if let unmet = abilities.unmet(of: release.head.manifest.requires) { throw unmet }
        let fetched = try stage(store.layout.model(name), release)
        var result = UpdateResult(model: name, outcome: .staged, version: version, fetched: fetched)
        if !activates { return result }

        report(.testing(model: name, version: version))
        let event: ModelEvent
        switch try healthCheck(store.layout.model(name).staged(version)) {
        case .bad(let reason):
            try store.record(.refused(release.installed, reason: reason), of: name, at: now)
            try FileSystem.remove(store.layout.model(name).staged(version))
            return UpdateResult(model: name, outcome: .refused, version: version, reason: reason, fetched: fetched)
        case .undecided(let reason):
            let attempts = configuration.check.attempts
            try store.record(.undecided(release.installed, attempts: attempts, reason: reason), of: name, at: now)
            if store.state.models[name]?.isBlocked(release.installed.indexSHA256) == true {
                try FileSystem.remove(store.layout.model(name).staged(version))
            }
            return UpdateResult(model: name, outcome: .undecided, version: version, reason: reason, fetched: fetched)
        case .good:
            let deadline = Int(now.timeIntervalSince1970) + configuration.check.hours * 3600
            event =
                switch configuration.confirm {
                case .smoke: .installed(release.installed)
                case .app:
                    .tried(release.installed, deadline: deadline, attempts: configuration.check.attempts)
                }
        }
        report(.switching(model: name, version: version))
        try store.install(version, as: event, of: name, at: now)
        result = UpdateResult(
            model: name, outcome: configuration.confirm == .smoke ? .installed : .trial, version: version,
            fetched: fetched)
        return result
    }

    /// Puts the version together in staging, whole and checked; returns how many bytes had to be fetched.
    private func stage(_ model: ModelLayout, _ release: Release) throws -> Int {
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

extension Waiting {
    /// For results: a word, and what it depends on.
    var word: String {
        switch self {
        case .rollout(let percent): "rollout \(percent) %"
        case .notBefore(let time): "not before \(time)"
        case .blocked: "blocked"
        case .belowFloor(let floor): "below the floor \(floor)"
        }
    }
}
