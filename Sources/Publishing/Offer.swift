import Bundles
import FoundationEssentials
import Signatures
import Trust

/// How a bundle is offered in a channel.
package struct Offer: Sendable {
    package let channel: String
    /// From 0 to 100.
    package let percent: Double
    package let notBefore: Moment?
    /// Lets devices with a newer version go back to this one.
    package let stepBack: Bool

    package init(channel: String, percent: Double = 100, notBefore: Moment? = nil, stepBack: Bool = false) throws {
        // A channel is a role of the same name.
        guard Manifest.isName(channel), !Root.topLevel.contains(channel) else {
            throw PublishingError.badChannelName(channel)
        }
        guard (0...100).contains(percent) else { throw PublishingError.badPercentage(percent) }
        self.channel = channel
        self.percent = percent
        self.notBefore = notBefore
        self.stepBack = stepBack
    }

    /// The model's releases with `version` among them, newest first. A version that is offered already keeps its salt.
    ///
    /// Older releases stay for the devices that do not take part yet. A step back takes the newer ones away and names
    /// them, and of `past`, the versions that the channel ever offered, those above it: devices may have any of them.
    func apply(
        to releases: [Channel.Release], name: String, version: SemanticVersion, index: Digest, salt: [UInt8],
        past: [String] = []
    ) throws -> [Channel.Release] {
        var older: [Channel.Release] = [], newer: [Channel.Release] = [], known: Channel.Release?
        for release in releases {
            guard let other = SemanticVersion(release.version) else { continue }
            if other == version {
                known = release
            } else if other < version {
                older.append(release)
            } else {
                newer.append(release)
            }
        }
        if let current = newer.first, !stepBack {
            throw PublishingError.notNewer(
                name: name, version: version.text, current: current.version, channel: channel)
        }
        let left =
            newer.map(\.version) + (stepBack ? past.filter { SemanticVersion($0).map { $0 > version } ?? false } : [])
        let abandoned = Set((known?.stepBackFrom ?? []) + left)
        if stepBack, abandoned.isEmpty {
            throw PublishingError.nothingToLeave(name: name, version: version.text, channel: channel)
        }
        // What is offered again is no longer to be gone back from.
        for index in older.indices { older[index].stepBackFrom.removeAll { $0 == version.text } }
        let release = Channel.Release(
            version: version.text, index: index, percent: percent,
            salt: known.flatMap { [UInt8](lowercaseHex: $0.salt) } ?? salt, notBefore: notBefore,
            stepBackFrom: abandoned.sorted())
        // Nobody needs an older release once every device takes part in this one.
        return percent == 100 && notBefore == nil ? [release] : [release] + older
    }

    /// The release that a new one is compared with: the newest other one; for a step back, the newest below it, since
    /// it isn't to be better than what it takes devices back from.
    func baseline(of releases: [Channel.Release], for version: SemanticVersion) -> SemanticVersion? {
        releases.compactMap { SemanticVersion($0.version) }.filter { stepBack ? $0 < version : $0 != version }.max()
    }
}
