import Bundles
import Files
import FoundationEssentials
import Signatures
import Transport
import Trust

/// Brings a device's models up to what its channel offers.
package struct Updater {
    package var configuration: DeviceConfiguration
    /// What this device has; asked for only when there is something to install.
    package var abilities: () -> DeviceAbilities
    /// Asks the model in a folder for its own test's verdict.
    package var healthCheck: (_ folder: String) throws -> ModelHealth
    package var report: (UpdateEvent) -> Void
    /// Tell what would be done, and do nothing.
    package var isDryRun = false
    /// Fetch and check, and switch nothing.
    package var activates = true
    /// Opens a repository or a mirror at its address.
    package var open: (_ address: String, _ options: HTTPOptions) throws -> any Source = { address, options in
        try source(at: address, options: options)
    }
    /// What the owner's wishes let this run do.
    package var permission = Permission.everything
    /// The link costs money: what has no delta waits for another one.
    package var isMetered = false
    /// How long to wait before a repository is asked again.
    package var backoff = Backoff()
    /// Called between steps, and about every second within long ones, by any thread; what it throws ends the run, and
    /// leaves what was fetched to the next one.
    package var checkpoint: @Sendable () throws -> Void = {}

    package init(
        configuration: DeviceConfiguration, abilities: @autoclosure @escaping () -> DeviceAbilities,
        healthCheck: @escaping (_ folder: String) throws -> ModelHealth,
        report: @escaping (UpdateEvent) -> Void = { _ in }
    ) {
        self.configuration = configuration
        isMetered = configuration.network.metered
        backoff.first = Double(configuration.limits.retrySeconds)
        self.abilities = abilities
        self.healthCheck = healthCheck
        self.report = report
    }

    /// Updates one model, or all that the channel carries; one model's trouble doesn't keep the others.
    package func update(_ store: inout Store, only name: String? = nil, clock: Date) throws -> [UpdateResult] {
        let now = store.now(clock: clock)
        if !isDryRun { try endOverdueTrials(&store, now) }
        report(.refreshing)
        var targets = try refresh(store, now)
        if !isDryRun { try store.accept(checkAt: now) }
        let policy = try followPolicy(store, &targets)
        let channel = try channel(&targets)
        if let name, channel.models[name] == nil {
            throw UpdateError.notOnChannel(
                model: name, channel: configuration.channel, known: channel.models.keys.sorted())
        }
        var results: [UpdateResult] = []
        var problem: (any Error)?
        for name in name.map({ [$0] }) ?? channel.models.keys.sorted() {
            try checkpoint()
            do {
                guard Manifest.isName(name) else { throw UpdateError.badModelName(name) }
                let releases = channel.models[name]?.releases ?? []
                let result = try update(&store, name, releases, &targets, policy, now)
                if !isDryRun { try remember(result, in: &store, now) }
                results.append(result)
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
        let release = try Release.open(bundle, policy: try policy(store), at: now)
        let name = release.head.manifest.name
        if !isDryRun { try endOverdueTrials(&store, now) }
        if let result = trialOf(name, in: store.state) { return result }
        let state = store.state.models[name] ?? ModelState()
        try state.allow(release.installed)
        try state.mustSuitPin(release.installed)
        let version = release.head.manifest.version
        if let confirmed = state.confirmed.flatMap({ SemanticVersion($0.version) }), version <= confirmed {
            return UpdateResult(model: name, outcome: .upToDate, version: confirmed.text)
        }
        if isDryRun { return try outlook(store.layout.model(name), release) }
        return try install(&store, release, now)
    }
}

extension Updater {
    func refresh(_ store: borrowing Store, _ now: Date) throws -> TargetFetcher {
        try refresh(MetadataFolder(store.layout.trust), now)
    }

    /// The repository's metadata as a device would accept it, and the models that its channel carries; nothing is kept.
    func look(_ layout: DeviceLayout, at now: Date) throws -> (metadata: TrustedMetadata, models: [String]) {
        var targets = try refresh(MetadataFolder(layout.trust, isReadOnly: true), now)
        let models = try channel(&targets).models.keys.sorted()
        return (targets.metadata, models)
    }

    private func refresh(_ folder: MetadataFolder, _ now: Date) throws -> TargetFetcher {
        var options = configuration.httpOptions
        options.checkpoint = checkpoint
        let places = try ([configuration.repository] + configuration.mirrors).map { try open($0, options) }
        let (metadata, targets) = (mirrors(places, "metadata"), mirrors(places, "targets"))
        let client = MetadataClient(folder: folder, source: metadata)
        while true {
            do {
                return try TargetFetcher(refreshing: client, source: targets, keepingIn: folder, now: now)
            } catch let error as TrustError {
                // What one mirror says can't be believed; the next one may be up to date.
                guard metadata.turn() else { throw error }
            }
        }
    }

    /// Waits before a repository is asked again, unless the run is to end.
    var pause: @Sendable (_ round: Int) throws -> Void {
        { [backoff, checkpoint] in try backoff.pause(before: $0, checkpoint: checkpoint) }
    }

    /// A folder of the repository, wherever it is.
    private func mirrors(_ places: [any Source], _ folder: String) -> MirroredSource {
        MirroredSource(places.map { FolderSource(folder, of: $0) }, pause: pause)
    }

    private func channel(_ targets: inout TargetFetcher) throws -> Channel {
        let limit = 16 << 20
        guard let bytes = try targets.fetch(kept: Channel.path(configuration.channel), limit: limit) else {
            let known = targets.metadata.targets.map(Channel.names) ?? []
            throw UpdateError.noChannel(configuration.channel, known: known)
        }
        return try Channel(parsing: bytes)
    }

    func policy(_ store: borrowing Store) throws -> Policy {
        let path = store.layout.policy
        return try PolicyDocument(parsing: FileSystem.read(path), file: path).policy
    }

    /// The policy of the repository, where it leads on from the device's; the device keeps it for the next time.
    func followPolicy(_ store: borrowing Store, _ targets: inout TargetFetcher) throws -> Policy {
        let known = try policy(store)
        let next = try PolicyFollower.follow(known, &targets)
        if next != known, !isDryRun { try FileSystem.replace(store.layout.policy, with: next.encoded) }
        return next
    }

    private func update(
        _ store: inout Store, _ name: String, _ releases: [Channel.Release], _ targets: inout TargetFetcher,
        _ policy: Policy, _ now: Date
    ) throws -> UpdateResult {
        if let result = trialOf(name, in: store.state) { return result }
        let state = store.state.models[name] ?? ModelState()
        let offer: Channel.Release
        switch choose(from: releases, state: state, device: configuration.id, now: now) {
        case .upToDate: return UpdateResult(model: name, outcome: .upToDate, version: state.confirmed?.version)
        case .wait(let version, .blocked): return UpdateResult(model: name, outcome: .blocked, version: version)
        case .wait(let version, let waiting):
            return UpdateResult(model: name, outcome: .waiting, version: version, reason: waiting.word)
        case .install(let release): offer = release
        }
        let release = try Release.fetch(
            offer, of: name, from: &targets, policy: policy, withDeltas: !state.named.isEmpty, at: now)
        try state.allow(release.installed)
        if isDryRun { return try outlook(store.layout.model(name), release) }
        if let reason = permission.fetching, state.staged != release.installed {
            var result = try outlook(store.layout.model(name), release)
            (result.outcome, result.reason) = (.waiting, reason.word)
            return result
        }
        if state.staged == release.installed, !activates || permission.switching != nil {
            let reason = permission.switching?.word
            return UpdateResult(model: name, outcome: .staged, version: offer.version, reason: reason)
        }
        return try install(&store, release, now)
    }

    /// What would be fetched, and how much room there is for it.
    private func outlook(_ model: ModelLayout, _ release: Release) throws -> UpdateResult {
        let (name, version) = (release.head.manifest.name, release.installed.version)
        if let unmet = abilities().unmet(of: release.head.manifest.requires) { throw unmet }
        do {
            var result = UpdateResult(model: name, outcome: .available, version: version)
            let folder = FileSystem.isDirectory(model.folder) ? model.folder : FileSystem.parent(of: model.folder)
            result.plan = try fetch(model, release).outlook().summary(free: try FileSystem.freeSpace(at: folder))
            return result
        } catch UpdateError.metered(let bytes, let summary) {
            return .waiting(name, version, bytes, summary)
        }
    }
}

extension Waiting {
    /// For results: a word, and what it depends on.
    var word: String {
        switch self {
        case .rollout(let percent): "rollout \(Channel.words(percent: percent))"
        case .notBefore(let time): "not before \(time)"
        case .blocked: "blocked"
        case .belowFloor(let floor): "below the floor \(floor)"
        case .pinned(let version): "pinned to \(version)"
        }
    }
}
