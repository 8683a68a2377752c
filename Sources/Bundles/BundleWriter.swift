import Files
import Signatures

/// Writes a bundle from front to back: members in order, then index and signatures, then the name it is known by.
///
/// Nothing stands at the destination before `finish`; what is unfinished is removed with the writer. Every byte is
/// written once, by large writes, and hashed as it passes: into its member's digest and its chunk's.
package struct BundleWriter: ~Copyable {
    /// Where the bytes stand until `finish`; a finished member can be mapped from here.
    package let temporary: String
    private let destination: String
    private let file: OpenFile
    private let time: Int
    private var position = 0
    private var buffer: [UInt8] = []
    private var members: [Index.Member] = []
    private var current: MemberDigests?
    private var isFinished = false

    /// What is gathered before it is written.
    private static let bufferSize = 1 << 20

    /// Starts a bundle that will be `destination`; `time` is what its headers give as time of change.
    package init(destination: String, time: Int = 0) throws {
        guard (0...BundleLimits.time).contains(time) else {
            throw BundleError.limitExceeded(.time, limit: BundleLimits.time, found: time)
        }
        let temporary = FileSystem.temporaryName(for: destination)
        self.init(
            destination: destination, temporary: temporary, file: try OpenFile(creating: temporary), time: time)
    }

    private init(destination: String, temporary: String, file: consuming OpenFile, time: Int) {
        self.destination = destination
        self.temporary = temporary
        self.file = file
        self.time = time
        buffer.reserveCapacity(Self.bufferSize)
    }

    deinit {
        // A leftover temporary harms nobody; the cause of the failure matters more.
        if !isFinished { try? FileSystem.remove(temporary) }
    }

    /// Adds a whole member.
    package mutating func add(path: String, bytes: [UInt8]) throws {
        try begin(path: path, size: bytes.count)
        try unsafe write(bytes.span.bytes)  // Bytes have no padding.
        try end()
    }

    /// Starts a member of which `size` bytes will be written; members come in `BundlePath`'s order.
    package mutating func begin(path: String, size: Int) throws {
        precondition(current == nil, "the member before has not ended")
        guard BundlePath.isPayload(path) else { throw BundleError.badPath(path: path, offset: position) }
        if let last = members.last, !BundlePath.precedes(last.path, path) {
            throw BundleError.misplaced(path: path, offset: position)
        }
        guard members.count < BundleLimits.members else {
            throw BundleError.limitExceeded(.members, limit: BundleLimits.members, found: members.count + 1)
        }
        guard (0...BundleLimits.size).contains(size), position <= BundleLimits.size - size else {
            throw BundleError.limitExceeded(.memberSize, limit: BundleLimits.size, found: size)
        }
        try append(ArchiveHeader.bytes(path: path, size: size, time: time))
        current = MemberDigests(path: path, size: size, offset: position)
    }

    /// Writes the next bytes of the member that was begun.
    package mutating func write(_ bytes: RawSpan) throws {
        guard current?.update(bytes) == true else {
            throw BundleError.wrongSize(
                path: current?.path ?? "", announced: current?.size ?? 0,
                written: (current?.count ?? 0) + bytes.byteCount)
        }
        try append(bytes)
    }

    /// Ends the member: all of its bytes must have been written.
    package mutating func end() throws {
        guard let digests = current.take() else { preconditionFailure("no member was begun") }
        guard digests.count == digests.size else {
            throw BundleError.wrongSize(path: digests.path, announced: digests.size, written: digests.count)
        }
        members.append(digests.finish())
        try pad()
    }

    /// The bytes of a finished member in `temporary`, written out so that they can be mapped.
    package mutating func range(of path: String) throws -> Range<Int> {
        try flush()
        guard let member = members.first(where: { $0.path == path }) else { throw BundleError.missing(path: path) }
        return member.range
    }

    /// The digest of a finished member.
    package func digest(of path: String) throws -> Digest {
        guard let member = members.first(where: { $0.path == path }) else { throw BundleError.missing(path: path) }
        return member.sha256
    }

    /// Writes the index, the signatures of `keys` and the end, and gives the bundle its name.
    ///
    /// The manifest must be among the members; `subject` is its `name-version`.
    package consuming func finish(subject: String, keys: [PrivateKey] = []) throws -> Index {
        precondition(current == nil, "the last member has not ended")
        let index = Index(members: members, time: time)
        let bytes = try index.encoded()
        try appendWhole(path: BundlePath.index, bytes: bytes)
        let signatures = try SignatureFile.sign(
            index: index, digest: .sha256(bytes), subject: subject, signers: keys.map(Signer.init))
        for signature in signatures { try appendWhole(path: signature.path, bytes: signature.bytes) }
        try append([UInt8](repeating: 0, count: ArchiveHeader.end))
        try flush()
        try file.sync()
        try FileSystem.rename(temporary, to: destination)
        isFinished = true
        return index
    }

    private mutating func appendWhole(path: String, bytes: [UInt8]) throws {
        try append(ArchiveHeader.bytes(path: path, size: bytes.count, time: time))
        try append(bytes)
        try pad()
    }

    private mutating func pad() throws {
        try append([UInt8](repeating: 0, count: ArchiveHeader.padded(position) - position))
    }

    private mutating func append(_ bytes: [UInt8]) throws {
        try unsafe append(bytes.span.bytes)  // Bytes have no padding.
    }

    /// Small pieces are gathered, large ones go straight to the file.
    private mutating func append(_ bytes: RawSpan) throws {
        if buffer.count + bytes.byteCount > Self.bufferSize { try flush() }
        if bytes.byteCount >= Self.bufferSize {
            try file.write(bytes, at: position)
        } else {
            // The span's bytes are copied within the call.
            unsafe bytes.withUnsafeBytes { unsafe buffer.append(contentsOf: $0) }
        }
        position += bytes.byteCount
    }

    private mutating func flush() throws {
        try file.write(buffer, at: position - buffer.count)
        buffer.removeAll(keepingCapacity: true)
    }
}
