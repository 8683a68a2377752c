import Signatures

/// How a delta begins: what it was made from, and what it gives.
package struct DeltaHeader: Hashable, Sendable {
    package let base: FileIdentity
    package let result: FileIdentity

    static let magic: [UInt8] = Array("MPDELTA\n".utf8)
    static let version: UInt32 = 1
    /// Files may have this many bytes at most.
    package static let sizeLimit = 1 << 44

    func encoded() -> [UInt8] {
        var bytes = Self.magic
        bytes.append(littleEndian: Self.version)
        for file in [base, result] {
            bytes.append(littleEndian: UInt64(file.size))
            bytes.append(contentsOf: file.digest.bytes)
        }
        return bytes
    }

    init(base: FileIdentity, result: FileIdentity) {
        self.base = base
        self.result = result
    }

    /// Reads a delta's first bytes; what follows may be missing.
    package init(parsing bytes: RawSpan) throws(DeltaError) {
        var cursor = DeltaCursor(bytes)
        try self.init(parsing: &cursor)
    }

    init(parsing cursor: inout DeltaCursor) throws(DeltaError) {
        for byte in Self.magic where try cursor.integer(UInt8.self) != byte { throw .malformed(.notDelta, offset: 0) }
        let version = try cursor.integer(UInt32.self)
        guard version == Self.version else { throw .malformed(.version(version), offset: Self.magic.count) }
        base = try cursor.identity(.baseSize)
        result = try cursor.identity(.resultSize)
    }
}

extension DeltaCursor {
    @_lifetime(self: copy self)
    fileprivate mutating func identity(_ field: DeltaField) throws(DeltaError) -> FileIdentity {
        let size = try count(field, limit: DeltaHeader.sizeLimit)
        let place = try skip(32)
        guard let digest = Digest(bytes: bytes.array(place)) else {
            throw .malformed(.invalid(field), offset: place.lowerBound)
        }
        return FileIdentity(size: size, digest: digest)
    }
}
