import Bundles
import Files
import FoundationEssentials

extension Updater {
    /// Fetches, checks, asks the smoke test and switches, in this order; each step leaves the device as whole as it was.
    func install(_ store: inout Store, _ release: Release, _ now: Date) throws -> UpdateResult {
        let name = release.head.manifest.name
        let version = release.installed.version
        if let unmet = abilities().unmet(of: release.head.manifest.requires) { throw unmet }
        let traffic: Traffic
        do {
            traffic = try stage(store.layout.model(name), release)
        } catch UpdateError.metered(let bytes, let summary) {
            return .waiting(name, version, bytes, summary)
        }
        var result = UpdateResult(
            model: name, outcome: .staged, version: version, fetched: traffic.landed, wasted: traffic.wasted)
        try store.finishStaging(release.installed, of: name, at: now)
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
        try checkpoint()
        report(.testing(model: name, version: version))
        let event: ModelEvent
        let health = try healthCheck(store.layout.model(name).staged(version))
        // Whoever ends the run may have ended its check: that is no verdict, and costs no attempt.
        try checkpoint()
        switch health {
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

    /// Puts the version together in staging, whole and checked; returns what came over the network for it.
    func stage(_ model: ModelLayout, _ release: Release) throws -> Traffic {
        let fetch = fetch(model, release)
        defer {
            if fetch.traffic.landed + fetch.traffic.wasted > 0 {
                report(
                    .fetched(
                        model: release.head.manifest.name, version: release.installed.version,
                        landed: fetch.traffic.landed, wasted: fetch.traffic.wasted))
            }
        }
        try fetch.run()
        return fetch.traffic
    }

    /// How the version would come here.
    func fetch(_ model: ModelLayout, _ release: Release) -> VersionFetch {
        // One connection for a limited rate: the limit is a connection's.
        let connections = configuration.httpOptions.bytesPerSecond == nil ? 4 : 1
        return VersionFetch(
            model: model, release: release, connections: connections, isMetered: isMetered, pause: pause,
            checkpoint: checkpoint, report: report)
    }
}

extension UpdateResult {
    /// On a metered link the version waits for a delta, or for another link.
    static func waiting(_ name: String, _ version: String, _ bytes: Int, _ summary: FetchSummary) -> UpdateResult {
        var result = UpdateResult(model: name, outcome: .waiting, version: version)
        result.reason = "metered link, \(bytes) bytes without a delta"
        result.plan = summary
        return result
    }
}
