import Bundles
import FoundationEssentials
import Trust

/// Another part of the devices for the newest release of a model.
package struct Rollout {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys
    package let channel: String

    package init(folder: RepositoryFolder, keys: RepositoryKeys, channel: String) {
        self.folder = folder
        self.keys = keys
        self.channel = channel
    }

    /// Offers the newest release to `percent` of the devices; at 0 no more devices take it, and those that have it
    /// keep it. The version that it was.
    package func run(_ name: String, percent: Double, now: Date) throws -> (version: String, outcome: ChangeOutcome) {
        let session = try RepositorySession(folder, keys: keys)
        var change = try session.change(now: now)
        guard session.state.channels.contains(channel) else {
            throw PublishingError.unknownChannel(channel, known: session.state.channels)
        }
        var offered = try session.state.channel(channel, in: folder)
        let releases = offered.models[name]?.releases ?? []
        let newest = releases.compactMap { SemanticVersion($0.version) }.max()
        guard let newest, let release = releases.first(where: { $0.version == newest.text }) else {
            throw PublishingError.notOffered(name: name, channel: channel, known: offered.models.keys.sorted())
        }
        try change.demand([channel, Snapshot.name, Timestamp.name])
        let offer = try Offer(channel: channel, percent: percent, notBefore: release.notBefore.flatMap { Moment($0) })
        offered.models[name]?.releases = try offer.apply(
            to: releases, name: name, version: newest, index: release.indexDigest(), salt: [])
        try change.setChannel(channel, offered, in: folder)
        return (newest.text, try change.finish(in: folder))
    }
}
