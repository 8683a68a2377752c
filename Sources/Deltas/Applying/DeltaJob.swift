/// A part of the result, at most a mebibyte of it, that can be made apart from all others.
enum DeltaJob {
    case copy(base: Range<Int>)
    case text(prefix: Range<Int>, count: Int, frame: Range<Int>)
    case planes(width: Int, base: Range<Int>, frame: Range<Int>)
    case piece(PieceDecoder, base: Range<Int>, bytes: Range<Int>)

    /// Makes the part.
    func run(delta: RawSpan, base: RawSpan) throws(DeltaError) -> [UInt8] {
        switch self {
        case .copy(let range): return base.array(range)
        case .text(let prefix, let count, let frame):
            let (before, bytes) = (base.extracting(prefix), delta.extracting(frame))
            guard let text = Zstandard.decompress(bytes, count: count, prefix: before) else {
                throw .malformed(.compression(.text), offset: frame.lowerBound)
            }
            return text
        case .planes(let width, let range, let frame):
            guard let planes = Zstandard.decompress(delta.extracting(frame), count: range.count) else {
                throw .malformed(.compression(.planes), offset: frame.lowerBound)
            }
            return NumberPlanes(width: width).add(planes, to: base.extracting(range))
        case .piece(let decoder, let range, let bytes):
            var cursor = DeltaCursor(delta.extracting(0..<bytes.upperBound), offset: bytes.lowerBound)
            let rows = try decoder.decode(&cursor, old: base.extracting(range))
            guard cursor.remaining == 0 else { throw .malformed(.trailingBytes, offset: cursor.offset) }
            return rows
        }
    }

    /// How many bytes the part has.
    var size: Int {
        if case .text(_, let count, _) = self { count } else { base.count }
    }

    /// What the part reads of the delta.
    var bytes: Range<Int> {
        switch self {
        case .copy: 0..<0
        case .text(_, _, let frame), .planes(_, _, let frame): frame
        case .piece(_, _, let bytes): bytes
        }
    }

    /// What the part reads of the base.
    var base: Range<Int> {
        switch self {
        case .copy(let base), .planes(_, let base, _), .piece(_, let base, _): base
        case .text(let prefix, _, _): prefix
        }
    }
}

/// A walk through a delta's records, part by part.
struct DeltaJobs: ~Escapable {
    private var cursor: DeltaCursor
    private let statistics: Statistics
    private let header: DeltaHeader
    /// How many bytes of the result the jobs so far give.
    private var given = 0
    /// What is left of a copy.
    private var copy: Range<Int> = 0..<0
    /// The tensor whose pieces come, and the next one's number.
    private var tensor: (decoder: PieceDecoder, next: Int)?
    private var isDone = false

    @_lifetime(copy cursor)
    init(_ cursor: consuming DeltaCursor, header: DeltaHeader, statistics: Statistics) {
        self.cursor = cursor
        self.header = header
        self.statistics = statistics
    }

    /// The next part; nil at the delta's end, when all of the result is given.
    @_lifetime(self: copy self)
    mutating func next() throws(DeltaError) -> DeltaJob? {
        if !copy.isEmpty { return nextOfCopy() }
        if let piece = try nextPiece() { return piece }
        if isDone { return nil }
        let start = cursor.offset
        guard let record = try cursor.record(baseSize: header.base.size) else {
            try expect(given, at: start)
            isDone = true
            return nil
        }
        guard record.count <= header.result.size - given else {
            throw .malformed(
                .resultSize(found: UInt64(given + record.count), expected: header.result.size), offset: start)
        }
        given += record.count
        switch record {
        case .copy(let base):
            copy = base
            return nextOfCopy()
        case .text(let prefix, let count, let frame): return .text(prefix: prefix, count: count, frame: frame)
        case .planes(let width, let base, let frame): return .planes(width: width, base: base, frame: frame)
        case .blocks(let tensor, let columns):
            guard let levels = Zstandard.decompress(cursor.bytes.extracting(columns), count: tensor.rowElements) else {
                throw .malformed(.compression(.columns), offset: columns.lowerBound)
            }
            guard statistics.types[tensor.type] != nil else {
                throw .malformed(.elementType(tensor.type.rawValue), offset: start)
            }
            self.tensor = (PieceDecoder(statistics: statistics, tensor: tensor, columns: levels, update: nil), 0)
            return try nextPiece()
        case .updatedBlocks(let tensor, let section):
            let update = try statistics.update(section, of: tensor, in: cursor.bytes)
            let columns = [UInt8](repeating: NoiseLevels.neutralColumn, count: tensor.rowElements)
            self.tensor = (PieceDecoder(statistics: statistics, tensor: tensor, columns: columns, update: update), 0)
            return try nextPiece()
        }
    }

    private func expect(_ size: Int, at offset: Int) throws(DeltaError) {
        guard size == header.result.size else {
            throw .malformed(.resultSize(found: UInt64(size), expected: header.result.size), offset: offset)
        }
    }

    @_lifetime(self: copy self)
    private mutating func nextOfCopy() -> DeltaJob {
        let part = copy.prefix(DeltaLimits.output)
        copy = part.endIndex..<copy.upperBound
        return .copy(base: part.startIndex..<part.endIndex)
    }

    @_lifetime(self: copy self)
    private mutating func nextPiece() throws(DeltaError) -> DeltaJob? {
        guard var decoder = tensor?.decoder, let number = tensor?.next else { return nil }
        let bytes = try cursor.section(.symbols, limit: DeltaLimits.compressed)
        let rows = decoder.tensor.rows(ofPiece: number)
        decoder.firstRow = rows.lowerBound
        let base = decoder.tensor.base(ofRows: rows)
        tensor = number + 1 < decoder.tensor.pieces ? (decoder, number + 1) : nil
        return .piece(decoder, base: base, bytes: bytes)
    }
}
