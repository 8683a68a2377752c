import Bundles
import FoundationEssentials
import Trust

/// Takes versions back: no channel offers them, no device finds them. Devices that have one keep it.
package struct Withdrawal {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys

    package init(folder: RepositoryFolder, keys: RepositoryKeys) {
        self.folder = folder
        self.keys = keys
    }

    /// Withdraws one version from every channel. The names of the channels that offered it.
    package func run(_ name: String, _ version: String, now: Date) throws -> (channels: [String], ChangeOutcome) {
        let session = try RepositorySession(folder, keys: keys)
        var change = try session.change(now: now)
        let prefix = "\(name)/\(version)/"
        let paths = session.state.targets.files.keys
        guard paths.contains(where: { $0.hasPrefix(prefix) }) else {
            let parts = paths.map { $0.split(separator: "/") }.filter { $0.count == 3 }
            let releases = Set(parts.map { "\($0[0])/\($0[1])" })
            throw PublishingError.unknownRelease(name: name, version: version, known: releases.sorted())
        }
        var changed: [String: Channel] = [:]
        for channel in session.state.channels {
            var offered = try session.state.channel(channel, in: folder)
            guard offered.models[name]?.releases.contains(where: { $0.version == version }) ?? false else { continue }
            offered.models[name]?.releases.removeAll { $0.version == version }
            changed[channel] = offered
        }
        try change.demand([Targets.name] + changed.keys.sorted() + [Snapshot.name, Timestamp.name])
        for (channel, offered) in changed { try change.setChannel(channel, offered, in: folder) }
        try change.removeTargets { $0.hasPrefix(prefix) }
        return (changed.keys.sorted(), try change.finish(in: folder))
    }
}
