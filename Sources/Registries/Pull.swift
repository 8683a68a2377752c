import Bundles
import Files
import Signatures
import Transport

/// Brings a bundle out of a repository, byte for byte the one that was pushed.
///
/// The archive grows at its destination's name with `.partial` behind it, every byte where it will stay; there is no
/// journal. What is there already is hashed against the index, and only chunks that aren't right are fetched.
package struct Pull {
    package let client: RegistryClient
    package let destination: String
    /// Called before what failed on the way is tried again, with how often it has failed.
    package var pause: (_ failures: Int) -> Void = { _ in }
    package var progress: (_ done: Int, _ total: Int) -> Void = { _, _ in }

    package init(_ client: RegistryClient, to destination: String) {
        self.client = client
        self.destination = destination
    }

    package struct Result: Sendable {
        package let bundle: Bundle
        package let digest: Digest
        package let size: Int
        /// Bytes of members that came over the network.
        package let fetched: Int
    }

    private var partial: String { destination + ".partial" }

    package func run() throws -> Result {
        guard !FileSystem.isDirectory(destination) else { throw FileError.notRegular(path: destination) }
        let (manifest, digest) = try persisting(pause) { try client.manifest() }
        let layers = try BundleLayers(manifest, name: client.reference.text)
        let assembly = try assembly(of: layers)
        let blobs = try layers.blobs(of: assembly.index)

        let lock = try FileLock(partial)
        defer { _ = lock }
        let fetched = try assemble(assembly, blobs)
        let bundle: Bundle
        do {
            bundle = try Bundle(path: partial, thorough: true)
        } catch let error as BundleError {
            // An index that isn't true to itself: nothing of this can be of use.
            try? FileSystem.remove(partial)
            throw error
        }
        try FileSystem.rename(partial, to: destination)
        return Result(bundle: bundle, digest: digest, size: assembly.size, fetched: fetched)
    }

    private func assembly(of layers: BundleLayers) throws -> BundleAssembly {
        let index = try persisting(pause) { try client.bytes(of: layers.index) }
        let signatures = try layers.signatures.map { path, blob in
            (path: path, bytes: try persisting(pause) { try client.bytes(of: blob) })
        }
        return try BundleAssembly(index: index, signatures: signatures)
    }

    /// Puts all bytes where they belong, and returns how many of them had to be fetched.
    private func assemble(_ assembly: BundleAssembly, _ blobs: [String: Descriptor]) throws -> Int {
        let file = try OpenFile(updating: partial)
        try file.resize(to: assembly.size)
        let mapped = try MappedFile(path: partial)
        var jobs: [(member: Index.Member, chunks: [Int])] = []
        for member in assembly.index.members {
            let location = MemberLocation(file: mapped, range: member.range)
            let chunks = try member.damagedChunks(in: location, threads: Bundle.defaultThreads)
            if !chunks.isEmpty { jobs.append((member, chunks)) }
        }
        let total = jobs.reduce(0) { $0 + $1.member.bytes(in: $1.chunks) }
        let free = try FileSystem.freeSpace(at: FileSystem.parent(of: destination))
        guard total <= free else { throw RegistryError.noSpace(needed: total, free: free) }

        for part in assembly.frame { try file.write(part.bytes, at: part.offset) }
        var before = 0
        for (member, chunks) in jobs {
            guard let blob = blobs[member.path] else { throw RegistryError.layerDisagrees(path: member.path) }
            let location = MemberLocation(file: mapped, range: member.range)
            try fetch(member, chunks, of: blob, into: file, at: location) { progress(before + $0, total) }
            before += member.bytes(in: chunks)
        }
        try file.sync()
        return total
    }

    /// Fetches chunks until all are right; three tries in a row that bring none are the end.
    private func fetch(
        _ member: Index.Member, _ chunks: [Int], of blob: Descriptor, into file: borrowing OpenFile,
        at location: MemberLocation, _ report: (_ done: Int) -> Void
    ) throws {
        let wanted = member.bytes(in: chunks)
        var missing = chunks, failures = 0
        while !missing.isEmpty {
            var problem: (any Error)?
            do {
                let before = wanted - member.bytes(in: missing)
                try fetch(member, runs: member.runs(of: missing), of: blob, into: file) { report(before + $0) }
            } catch let error where isTransient(error) {
                problem = error
            }
            let left = try member.damagedChunks(in: location, threads: Bundle.defaultThreads)
            failures = left.count < missing.count ? 0 : failures + 1
            missing = left
            if missing.isEmpty { return }
            guard failures < 3 else {
                throw problem
                    ?? RegistryError.damaged(
                        address: client.address("blobs/\(blob.digest)"), expected: member.sha256, found: "")
            }
            pause(max(failures, 1))
        }
    }

    /// Fetches some ranges of a member; all of it, where the registry knows no ranges.
    private func fetch(
        _ member: Index.Member, runs: [Range<Int>], of blob: Descriptor, into file: borrowing OpenFile,
        _ report: (_ done: Int) -> Void
    ) throws {
        let whole = 0..<member.size
        var ranges = runs
        var done = 0
        while let range = ranges.first {
            var position = member.offset + range.lowerBound
            do {
                try client.fetch(blob, range: range == whole ? nil : range) { piece in
                    try file.write(piece, at: position)
                    position += piece.byteCount
                    done += piece.byteCount
                    report(done)
                }
                ranges.removeFirst()
            } catch TransportError.rangeIgnored {
                (ranges, done) = ([whole], 0)
            }
        }
    }
}

extension Index.Member {
    fileprivate func bytes(in chunks: [Int]) -> Int { chunks.reduce(0) { $0 + range(ofChunk: $1).count } }

    /// The chunks' places in the member, neighbours as one.
    fileprivate func runs(of chunks: [Int]) -> [Range<Int>] {
        chunks.reduce(into: []) { runs, number in
            let chunk = range(ofChunk: number)
            if let last = runs.last, last.upperBound == chunk.lowerBound {
                runs[runs.count - 1] = last.lowerBound..<chunk.upperBound
            } else {
                runs.append(chunk)
            }
        }
    }
}
