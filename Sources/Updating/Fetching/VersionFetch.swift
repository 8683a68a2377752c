import Bundles
import Deltas
import Files
import Signatures
import Transport

/// Puts a version together in staging: what is here already, a delta, ranges; whole and checked when it returns.
struct VersionFetch {
    let model: ModelLayout
    let release: Release
    let connections: Int
    let isMetered: Bool
    /// Waits before a round of requests that follows one without success.
    let pause: @Sendable (_ round: Int) throws -> Void
    /// Throws where the run is to end.
    let checkpoint: @Sendable () throws -> Void
    var report: (UpdateEvent) -> Void
    let traffic = Traffic()

    private var version: String { release.installed.version }
    private var name: String { release.head.manifest.name }

    private func staging() throws -> Staging {
        Staging(
            folder: model.staged(version), index: release.head.index, documents: try release.documents(),
            checkpoint: checkpoint)
    }

    private func deltaFile(_ entry: DeltaList.Entry) -> DeltaFile {
        DeltaFile(path: model.staged(version) + ".delta", entry: entry, checkpoint: checkpoint)
    }

    /// What would be fetched; looks, and changes nothing.
    func outlook() throws -> FetchPlan {
        let donors = donors()
        return try plan(try staging().missingChunks(donors: donors), offers(donors))
    }

    /// Does it. Throws `UpdateError.metered` before the first byte, if it can't be done on a metered link.
    func run() throws {
        try FileSystem.createDirectory(model.staging)
        // One version is put together at a time: what else lies there is given up.
        for name in try FileSystem.list(model.staging) where name != version && name != version + ".delta" {
            try FileSystem.remove(model.staging + "/" + name)
        }
        let staging = try staging()
        let donors = donors()
        try staging.prepare(donors: donors)
        var offers = try offers(donors)
        while true {
            let missing = try staging.open(for: try staging.missingChunks())
            let plan = try plan(missing, offers)
            try checkSpace(plan)
            if plan.fetchedBytes > 0 || !plan.deltas.isEmpty {
                let free = try FileSystem.freeSpace(at: model.folder)
                report(.planned(model: name, version: version, plan.summary(free: free)))
            }
            if let failed = try run(plan, missing, staging) {
                offers.removeAll { $0 == failed }
            } else {
                break
            }
        }
        try FileSystem.remove(model.staged(version) + ".delta")
    }

    /// Carries out a plan; returns the delta that turned out to be of no use, or to cost more than it saves, whereupon
    /// another plan is due.
    private func run(_ plan: FetchPlan, _ missing: [String: [Chunk]], _ staging: Staging) throws -> DeltaOffer? {
        var done = 0
        let total = plan.fetchedBytes
        func fetch(
            _ path: String, _ chunks: [Chunk], readingWhole: Bool = true,
            land: @escaping @Sendable (Chunk, [UInt8]) throws -> Void
        ) throws {
            let before = done
            var fetch = ChunkFetch(source: release.source, path: path, connections: connections, traffic: traffic)
            fetch.readsWhole = readingWhole && !isMetered
            fetch.pause = pause
            fetch.progress = { landed in
                done = before + landed
                report(.fetching(model: name, version: version, done: done, total: total))
            }
            try fetch.fetch(chunks) { [checkpoint] chunk, bytes in
                try checkpoint()
                try land(chunk, bytes)
            }
        }
        for member in release.head.index.members {
            guard let offer = plan.deltas[member.path] else { continue }
            let file = deltaFile(offer.entry)
            try file.open()
            let wanted = missing[member.path] ?? [], before = done
            do {
                try fetch(
                    offer.address, offer.missing, readingWhole: plan.paysWithoutRanges(offer, making: wanted)
                ) { try file.write($1, as: $0) }
            } catch TransportError.rangeIgnored where !isMetered {
                traffic.waste(done - before)
                return offer
            }
            do {
                try file.apply(
                    to: offer.base, making: member, wanted, threads: Processors.count
                ) { try staging.write($1, as: $0) }
            } catch let error as DeltaError {
                traffic.waste(offer.missing.bytes)
                report(.deltaFailed(model: name, from: offer.entry.from.text, error))
                return offer
            }
        }
        try fetch(release.archive, plan.chunks) { try staging.write($1, as: $0) }
        return nil
    }

    private func plan(_ missing: [String: [Chunk]], _ offers: [DeltaOffer]) throws(UpdateError) -> FetchPlan {
        let plan = FetchPlan(release.head.index, missing: missing, offers: offers)
        if isMetered, plan.rangeBytes > FetchPlan.meteredLimit {
            throw .metered(bytes: plan.rangeBytes, summary: plan.summary(free: 0))
        }
        return plan
    }

    /// What the maker asks for first, what is to be written then; what is here already counts as free.
    private func checkSpace(_ plan: FetchPlan) throws {
        let free = try FileSystem.freeSpace(at: model.folder)
        if let disk = release.head.manifest.requires.disk, disk > free + plan.here {
            throw UpdateError.unmet(requirement: "disk", needed: "\(disk)", found: "\(free + plan.here)")
        }
        guard plan.space <= free else { throw UpdateError.noSpace(needed: plan.space, free: free) }
    }

    /// The deltas whose base is here, each with what is missing of it.
    private func offers(_ donors: [Digest: String]) throws -> [DeltaOffer] {
        try release.deltas.compactMap { delta in
            guard let base = donors[delta.entry.base] else { return nil }
            return DeltaOffer(
                entry: delta.entry, address: delta.address, base: base,
                missing: try deltaFile(delta.entry).missing())
        }
    }

    /// Files of the versions that are here, by what their indexes say of them; each is hashed before it counts.
    private func donors() -> [Digest: String] {
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
