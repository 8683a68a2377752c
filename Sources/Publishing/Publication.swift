import Bundles
import Files
import FoundationEssentials
import Signatures
import Trust

/// Puts a bundle into a repository and offers it in a channel.
package struct Publication: Sendable {
    package let folder: RepositoryFolder
    package let keys: RepositoryKeys
    package let offer: Offer
    /// Who must have signed the bundle; the repository's own policy where none is given.
    package let policy: Policy?
    /// Why the bundle is published whatever the judge says.
    package let force: String?
    /// From how many of the newest other versions deltas lead to this one.
    package var deltaCount = 0

    /// Compares a bundle with the channel's current release, where there is one: two paths to packed bundles.
    /// The reasons against it; none for a yes.
    package typealias Judge = @Sendable (_ bundle: String, _ baseline: String?) async throws -> [String]

    package init(
        folder: RepositoryFolder, keys: RepositoryKeys, offer: Offer, policy: Policy? = nil, force: String? = nil
    ) {
        self.folder = folder
        self.keys = keys
        self.offer = offer
        self.policy = policy
        self.force = force
    }

    /// Publishes the bundle at `path`. `salt` is 16 random bytes, kept for the rollout where the release is new.
    ///
    /// The bundle's files are the top-level targets' matter, the offer is the channel's: a bundle that is there already
    /// goes to another channel with that channel's key alone. A new channel gets a key where the folder has none.
    package func run(bundle path: String, now: Date, salt: [UInt8], judge: Judge) async throws -> Published {
        let session = try RepositorySession(folder, keys: keys)
        let state = session.state
        var change = try session.change(now: now)

        // The copy is what is verified and published; nobody can change it in between.
        defer { try? FileSystem.remove(folder.incoming) }
        try FileSystem.copy(path, to: folder.incoming)
        let policy = try policy ?? state.policy(in: folder)
        let candidate = try Candidate(
            Bundle.verify(path: folder.incoming, policy: policy, at: now), path: folder.incoming)
        let past = try PublishedContent.read(folder).filter { $0.name == candidate.name }
        try refuseOtherContent(candidate, state, past)
        let isNewChannel = !state.channels.contains(offer.channel), isKnown = candidate.isPublished(in: state)
        let deltas = DeltaMaking(folder: folder, state: state, candidate: candidate, count: deltaCount)
        let knownDeltas = try deltas.known(), bases = deltas.bases(besides: knownDeltas)
        try change.demand(
            (isNewChannel || !isKnown || !bases.isEmpty ? [Targets.name] : [])
                + (isNewChannel ? [] : [offer.channel]) + [Snapshot.name, Timestamp.name])

        var channel = try state.channel(offer.channel, in: folder)
        let releases = channel.models[candidate.name]?.releases ?? []
        channel.models[candidate.name] = .init(
            releases: try offer.apply(
                to: releases, name: candidate.name, version: candidate.version, index: candidate.indexDigest,
                salt: salt, past: past.filter { $0.channel == offer.channel }.map(\.version)))

        let baseline = baseline(of: releases, for: candidate, state)
        // The copy, which nobody changes any more.
        let against = try await judge(folder.incoming, baseline)
        if !against.isEmpty, force == nil {
            throw PublishingError.judgedNo(against, bundle: path, baseline: baseline)
        }
        var published = Published(candidate, offer, forced: force, against: against, at: Moment(now))
        let made = try bases.compactMap { try deltas.make(from: $0.version, bundle: $0.bundle) }
        published.deltas = made.map { .init(from: $0.entry.from.text, bytes: $0.entry.size) }

        if isNewChannel {
            published.made = try keys.generate(offer.channel, count: 1)
            change = MetadataChange(state, keys: try keys.open(), now: now)
            try change.addChannel(offer.channel, keys: try keys.all(of: offer.channel).map(\.publicKey))
        }
        if !made.isEmpty { try deltas.place(made, besides: knownDeltas, in: &change) }
        if isKnown {
            let restoration = try candidate.restore(in: folder, state)
            published.restored = restoration.restored
            if made.isEmpty { published.missing = restoration.missing }
        } else {
            try place(candidate, &change)
        }
        try change.setChannel(offer.channel, channel, in: folder)
        try FileSystem.append(published.line, to: folder.log, mode: 0o600)
        published.waiting = try change.finish(in: folder).waiting
        return published
    }

    /// A version is one content for ever, withdrawn or not: devices that have it will not look again.
    private func refuseOtherContent(
        _ candidate: Candidate, _ state: RepositoryState, _ past: [PublishedContent]
    ) throws {
        let logged = past.last { $0.version == candidate.version.text }
        let known = state.targets.files[candidate.indexPath]?.sha256 ?? logged.flatMap { Digest(hex: $0.content) }
        guard let known, known != candidate.indexDigest else { return }
        throw PublishingError.differentContent(
            name: candidate.name, version: candidate.version.text, published: known, offered: candidate.indexDigest)
    }

    /// The packed bundle of the release to compare with, as it lies in the repository.
    private func baseline(
        of releases: [Channel.Release], for candidate: Candidate, _ state: RepositoryState
    ) -> String? {
        guard let version = offer.baseline(of: releases, for: candidate.version) else { return nil }
        let path = Candidate.bundlePath(name: candidate.name, version: version)
        return state.targets.files[path]?.consistentPath.map(folder.target)
    }

    private func place(_ candidate: Candidate, _ change: inout MetadataChange) throws {
        for document in candidate.documents { try place(document: document.path, document.bytes, &change) }
        try folder.move(candidate.path, toTarget: candidate.bundlePath, digest: candidate.digest)
        try change.setTarget(candidate.bundlePath, length: candidate.length, digest: candidate.digest)
    }

    private func place(document path: String, _ bytes: [UInt8], _ change: inout MetadataChange) throws {
        try folder.write(target: path, bytes)
        try change.setTarget(path, length: bytes.count, digest: .sha256(bytes))
    }
}
