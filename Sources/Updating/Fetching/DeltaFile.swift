import Bundles
import Deltas
import Files
import Signatures

/// A delta on its way to a device: a file beside the version that it will make, which holds what came so far.
struct DeltaFile: Sendable {
    let path: String
    let entry: DeltaList.Entry
    /// Throws where the run is to end.
    let checkpoint: @Sendable () throws -> Void

    private var chunks: [Chunk] {
        [Chunk](
            of: entry.name, size: entry.size, chunkSize: BundleLimits.chunkSize, digests: entry.chunks, at: 0)
    }

    /// The chunks that aren't there, or aren't right.
    func missing() throws -> [Chunk] {
        FileSystem.status(path) == nil ? chunks : try chunks.missing(in: path, checkpoint: checkpoint)
    }

    /// Makes the file ready for what is missing of it: no longer than the delta is.
    func open() throws(FileError) { try OpenFile(updating: path).resize(to: entry.size) }

    func write(_ bytes: [UInt8], as chunk: Chunk) throws(FileError) {
        try OpenFile(updating: path).write(bytes, at: chunk.offset)
    }

    /// Makes `wanted`, chunks of `member`, out of the file at `base`; every one is checked before it lands.
    ///
    /// All of the delta must be there. Throws `DeltaError` for a base or a delta that isn't what it should be.
    func apply(
        to base: String, making member: Index.Member, _ wanted: [Chunk], threads: Int,
        land: @escaping (Chunk, [UInt8]) throws -> Void
    ) throws {
        let application = try DeltaApplication(delta: ModelBytes(path: path), base: ModelBytes(path: base))
        guard application.header.result == FileIdentity(size: member.size, digest: member.sha256) else {
            throw DeltaError.wrongResult(expected: member.sha256, found: application.header.result.digest)
        }
        var assembler = ChunkAssembler(wanted, from: member.offset, land: land)
        try application.run(threads: threads) {
            try checkpoint()
            try assembler.take($0)
        }
    }
}
