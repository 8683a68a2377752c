/// What lies where in a bundle's archive, read from its headers alone.
///
/// Every header and every padding must be the one that this project writes, so the archive's form is settled before
/// anything in it is looked at.
struct ArchiveLayout: Hashable, Sendable {
    struct Entry: Hashable, Sendable {
        let path: String
        /// Where the entry's bytes lie.
        let range: Range<Int>
    }

    let payload: [Entry]
    let index: Entry
    let signatures: [Entry]
    let time: Int

    /// The end of the index with its padding: what a further signature leaves as it is.
    var signedEnd: Int { ArchiveHeader.padded(index.range.upperBound) }
}

extension ArchiveLayout {
    init(parsing bytes: RawSpan) throws(BundleError) {
        var walk = ArchiveWalk(bytes: bytes)
        var payload: [Entry] = [], signatures: [Entry] = []
        var index: Entry?
        while let entry = try walk.next() {
            let header = entry.range.lowerBound - ArchiveHeader.length(forSize: entry.range.count)
            if entry.path == BundlePath.index, index == nil {
                try Self.check(entry.range.count, .documentSize, limit: BundleLimits.index)
                index = entry
            } else if index == nil, BundlePath.isPayload(entry.path) {
                try Self.checkOrder(payload.last, entry, header)
                payload.append(entry)
                try Self.check(payload.count, .members, limit: BundleLimits.members)
            } else if index != nil, entry.path.hasPrefix(BundlePath.signatures) {
                try Self.check(entry.range.count, .documentSize, limit: BundleLimits.document)
                try Self.checkOrder(signatures.last, entry, header)
                signatures.append(entry)
                try Self.check(signatures.count, .signatures, limit: BundleLimits.signatures)
            } else {
                throw .misplaced(path: entry.path, offset: header)
            }
        }
        guard let index else { throw .missing(path: BundlePath.index) }
        self.init(payload: payload, index: index, signatures: signatures, time: walk.time ?? 0)
    }

    private static func check(_ found: Int, _ what: BundleError.Limit, limit: Int) throws(BundleError) {
        guard found <= limit else { throw .limitExceeded(what, limit: limit, found: found) }
    }

    private static func checkOrder(_ last: Entry?, _ entry: Entry, _ header: Int) throws(BundleError) {
        guard let last, !BundlePath.precedes(last.path, entry.path) else { return }
        throw .misplaced(path: entry.path, offset: header)
    }
}

/// A walk from header to header.
private struct ArchiveWalk: ~Escapable {
    let bytes: RawSpan
    /// The time of change that all headers share.
    private(set) var time: Int?
    private var position = 0

    @_lifetime(copy bytes)
    init(bytes: RawSpan) {
        self.bytes = bytes
    }

    /// The next entry, with its header and padding checked; nil at the archive's end, behind which nothing may be.
    @_lifetime(self: copy self)
    mutating func next() throws(BundleError) -> ArchiveLayout.Entry? {
        let start = position
        try need(ArchiveHeader.block, at: start)
        if isZero(start..<start + ArchiveHeader.block) {
            try need(ArchiveHeader.end, at: start)
            try checkZero(start..<start + ArchiveHeader.end)
            guard bytes.byteCount == start + ArchiveHeader.end else {
                throw .trailingBytes(offset: start + ArchiveHeader.end)
            }
            return nil
        }
        let (path, size, time) = try header(at: start)
        let offset = start + ArchiveHeader.length(forSize: size)
        try need(ArchiveHeader.padded(size), at: offset)
        try checkZero(offset + size..<offset + ArchiveHeader.padded(size))
        self.time = time
        position = offset + ArchiveHeader.padded(size)
        return .init(path: path, range: offset..<offset + size)
    }

    /// Reads path, size and time, and compares the whole header with what the writer makes of them.
    private func header(at start: Int) throws(BundleError) -> (path: String, size: Int, time: Int) {
        let type = bytes.byte(at: start + 156)
        guard type == UInt8(ascii: "0") || type == UInt8(ascii: "x") else { throw .notAFile(type: type, offset: start) }
        let extended = type == UInt8(ascii: "x")
        let common = extended ? start + 2 * ArchiveHeader.block : start
        try need(ArchiveHeader.block, at: common)
        let name = bytes.array(common..<common + 100).prefix { $0 != 0 }
        guard let path = String(validating: name, as: UTF8.self), BundlePath.isValid(path) else {
            throw .badPath(path: String(decoding: name, as: UTF8.self), offset: start)
        }
        // The extended header holds one record, "20 size=10000000000\n".
        let size =
            extended
            ? number(in: start + ArchiveHeader.block + 8..<start + ArchiveHeader.block + 32, radix: 10)
            : number(in: common + 124..<common + 136, radix: 8)
        guard let size, let time = number(in: common + 136..<common + 148, radix: 8), time <= BundleLimits.time else {
            throw .malformedHeader(offset: start)
        }
        guard size <= BundleLimits.size else {
            throw .limitExceeded(.memberSize, limit: BundleLimits.size, found: size)
        }
        let own = ArchiveHeader.bytes(path: path, size: size, time: time)
        guard own.count == ArchiveHeader.length(forSize: size) else { throw .malformedHeader(offset: start) }
        try need(own.count, at: start)
        guard own == bytes.array(start..<start + own.count), self.time ?? time == time else {
            throw .malformedHeader(offset: start)
        }
        return (path, size, time)
    }

    /// The digits at the start of a field; nil when there are none or too many.
    private func number(in field: Range<Int>, radix: Int) -> Int? {
        let digits = bytes.array(field).prefix { (0x30..<UInt8(0x30 + radix)).contains($0) }
        return Int(String(decoding: digits, as: UTF8.self), radix: radix)
    }

    private func need(_ count: Int, at offset: Int) throws(BundleError) {
        guard count <= bytes.byteCount - offset else {
            throw .truncated(offset: offset, needed: count, size: bytes.byteCount)
        }
    }

    private func isZero(_ range: Range<Int>) -> Bool { bytes.array(range).allSatisfy { $0 == 0 } }

    private func checkZero(_ range: Range<Int>) throws(BundleError) {
        if let place = bytes.array(range).firstIndex(where: { $0 != 0 }) {
            throw .nonzeroPadding(offset: range.lowerBound + place)
        }
    }
}

extension RawSpan {
    /// A copy of some bytes.
    func array(_ range: Range<Int>) -> [UInt8] {
        // The buffer is copied within the call.
        unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
    }

    func byte(at offset: Int) -> UInt8 {
        // One byte, in bounds: `extracting` traps otherwise, and every value of it is valid.
        unsafe extracting(offset..<offset + 1).unsafeLoad(as: UInt8.self)
    }
}
