import Signatures

/// A bundle's archive as it follows from its index and signatures: every byte but those of its members.
package struct BundleAssembly: Sendable {
    package let index: Index
    /// Bytes of the archive.
    package let size: Int
    /// What stands between the members and behind them: headers, padding, index, signatures and the end.
    package let frame: [(offset: Int, bytes: [UInt8])]

    /// Reads the index, and checks each signature's form; neither members nor signers are checked here.
    package init(index bytes: [UInt8], signatures: [(path: String, bytes: [UInt8])]) throws(BundleError) {
        let index = try Index(parsing: bytes)
        guard signatures.count <= BundleLimits.signatures else {
            throw .limitExceeded(.signatures, limit: BundleLimits.signatures, found: signatures.count)
        }
        var frame: [(offset: Int, bytes: [UInt8])] = []
        for member in index.members {
            let header = ArchiveHeader.bytes(path: member.path, size: member.size, time: index.time)
            frame.append((member.offset - header.count, header))
            let padding = ArchiveHeader.padded(member.range.upperBound) - member.range.upperBound
            frame.append((member.range.upperBound, [UInt8](repeating: 0, count: padding)))
        }
        var tail: [UInt8] = []
        func append(_ path: String, _ bytes: [UInt8]) {
            tail += ArchiveHeader.bytes(path: path, size: bytes.count, time: index.time) + bytes
            tail += [UInt8](repeating: 0, count: ArchiveHeader.padded(tail.count) - tail.count)
        }
        append(BundlePath.index, bytes)
        for file in signatures.sorted(by: { BundlePath.precedes($0.path, $1.path) }) {
            append(try SignatureFile(path: file.path, bytes: file.bytes).path, file.bytes)
        }
        tail += [UInt8](repeating: 0, count: ArchiveHeader.end)
        frame.append((index.end, tail))
        self.index = index
        self.frame = frame
        size = index.end + tail.count
    }
}
