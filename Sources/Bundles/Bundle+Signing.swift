import Files
import Signatures

extension Bundle {
    /// Writes this bundle with a signature by each signer to `output`, which may be the bundle itself.
    ///
    /// What was signed before stays byte for byte; signatures stand in the order of their names, so the same signers
    /// give the same members whoever signed first.
    package func sign(with signers: [Signer], output: String) throws {
        guard let signed = signedPart else { throw FileError.notRegular(path: output) }
        let added = try SignatureFile.sign(
            index: index, digest: contentDigest, subject: manifest.subject, signers: signers)
        let files = (signatures + added).sorted { BundlePath.precedes($0.path, $1.path) }
        for (file, next) in zip(files, files.dropFirst()) where file.path == next.path {
            throw BundleError.alreadySigned(path: file.path)
        }
        guard files.count <= BundleLimits.signatures else {
            throw BundleError.limitExceeded(.signatures, limit: BundleLimits.signatures, found: files.count)
        }
        var tail: [UInt8] = []
        for file in files {
            tail += ArchiveHeader.bytes(path: file.path, size: file.bytes.count, time: index.time) + file.bytes
            tail += [UInt8](repeating: 0, count: ArchiveHeader.padded(tail.count) - tail.count)
        }
        tail += [UInt8](repeating: 0, count: ArchiveHeader.end)
        try signed.write(to: output, followedBy: tail)
    }
}

extension MemberLocation {
    private static let pieceSize = 8 << 20

    /// Writes the bytes, and `tail` behind them, to a file that appears whole or not at all.
    func write(to path: String, followedBy tail: [UInt8] = []) throws {
        let temporary = FileSystem.temporaryName(for: path)
        do {
            let output = try OpenFile(creating: temporary)
            for start in stride(from: 0, to: range.count, by: Self.pieceSize) {
                let piece = range.lowerBound + start..<min(range.lowerBound + start + Self.pieceSize, range.upperBound)
                try output.write(file.bytes.extracting(piece), at: start)
                file.mapping.release(piece)
            }
            try output.write(tail, at: range.count)
            try output.sync()
            try FileSystem.rename(temporary, to: path)
        } catch {
            // A leftover temporary harms nobody; the cause of the failure matters more.
            try? FileSystem.remove(temporary)
            throw error
        }
    }
}
