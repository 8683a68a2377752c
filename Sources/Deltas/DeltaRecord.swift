import Tensors

/// One instruction of a delta; the results of all, one after the other, are the result.
enum DeltaRecord {
    enum Kind: UInt8 {
        case end = 0, copy, text, planes, blocks, updatedBlocks
    }

    /// Bytes of the base as they are.
    case copy(base: Range<Int>)
    /// Bytes compressed by zstd, with some of the base as a prefix to look back at.
    case text(prefix: Range<Int>, count: Int, frame: Range<Int>)
    /// Numbers of `width` bytes: the differences of their bits from the base's, one plane a byte.
    case planes(width: Int, base: Range<Int>, frame: Range<Int>)
    /// Rows of a quantized tensor, coded against those of the base; the pieces follow.
    case blocks(BlockTensor, columns: Range<Int>)
    /// The same, where an update says how far the numbers went.
    case updatedBlocks(BlockTensor, UpdateSection)

    /// How many bytes the record gives.
    var count: Int {
        switch self {
        case .copy(let base), .planes(_, let base, _): base.count
        case .text(_, let count, _): count
        case .blocks(let tensor, _), .updatedBlocks(let tensor, _): tensor.base.count
        }
    }
}

/// A quantized tensor of the same shape and type in both files.
struct BlockTensor: Hashable {
    let type: ElementType
    let rows: Int
    let rowElements: Int
    let rowBytes: Int
    /// Rows in a piece; the last one may have fewer.
    let pieceRows: Int
    /// Where its bytes are in the base.
    let base: Range<Int>

    var pieces: Int { (rows + pieceRows - 1) / pieceRows }

    /// The rows of one piece.
    func rows(ofPiece piece: Int) -> Range<Int> { piece * pieceRows..<min((piece + 1) * pieceRows, rows) }

    /// Where some rows lie in the base.
    func base(ofRows rows: Range<Int>) -> Range<Int> {
        base.lowerBound + rows.lowerBound * rowBytes..<base.lowerBound + rows.upperBound * rowBytes
    }
}

extension DeltaCursor {
    /// Reads the next record, with all sizes checked against the base and the limits; nil for the end of the delta.
    @_lifetime(self: copy self)
    mutating func record(baseSize: Int) throws(DeltaError) -> DeltaRecord? {
        let start = offset
        let byte = try integer(UInt8.self)
        guard let kind = DeltaRecord.Kind(rawValue: byte) else { throw .malformed(.unknownRecord(byte), offset: start) }
        switch kind {
        case .end:
            guard remaining == 0 else { throw .malformed(.trailingBytes, offset: offset) }
            return nil
        case .copy:
            let base = try baseRange(baseSize, field: .record, limit: DeltaHeader.sizeLimit)
            return .copy(base: base)
        case .text:
            let prefix = try baseRange(baseSize, field: .prefix, limit: DeltaLimits.prefix)
            let count = try count(.text, limit: DeltaLimits.output)
            return .text(prefix: prefix, count: count, frame: try section(.text, limit: DeltaLimits.compressed))
        case .planes:
            let width = Int(try integer(UInt8.self))
            guard [1, 2, 4, 8].contains(width) else { throw .malformed(.invalid(.width), offset: offset - 1) }
            let base = try baseRange(baseSize, field: .planes, limit: DeltaLimits.output)
            guard base.count.isMultiple(of: width) else { throw .malformed(.invalid(.planes), offset: start) }
            return .planes(width: width, base: base, frame: try section(.planes, limit: DeltaLimits.compressed))
        case .blocks:
            let tensor = try tensor(baseSize, record: start)
            return .blocks(tensor, columns: try section(.columns, limit: DeltaLimits.compressed))
        case .updatedBlocks:
            let tensor = try tensor(baseSize, record: start)
            return .updatedBlocks(tensor, try update(tensor))
        }
    }

    /// A place in the base: where it starts, and how long it is.
    @_lifetime(self: copy self)
    private mutating func baseRange(
        _ baseSize: Int, field: DeltaField, limit: Int
    ) throws(DeltaError) -> Range<Int> {
        let start = offset
        let from = try count(field, limit: DeltaHeader.sizeLimit), count = try count(field, limit: limit)
        guard from + count <= baseSize else {
            throw .malformed(.outsideBase(end: UInt64(from + count), size: baseSize), offset: start)
        }
        return from..<from + count
    }

    @_lifetime(self: copy self)
    private mutating func tensor(_ baseSize: Int, record: Int) throws(DeltaError) -> BlockTensor {
        let id = try integer(UInt32.self)
        guard let type = ElementType(rawValue: id), BlockForm(type) != nil else {
            throw .malformed(.elementType(id), offset: offset - 4)
        }
        let rowStart = offset
        let elements = try count(.rowLength, limit: DeltaLimits.count)
        guard elements > 0, let rowBytes = type.rowBytes(elements), rowBytes <= DeltaLimits.row else {
            throw .malformed(.invalid(.rowLength), offset: rowStart)
        }
        let rowsStart = offset
        let rows = try count(.rows, limit: DeltaLimits.count)
        let pieceStart = offset
        let pieceRows = try count(.pieceRows, limit: DeltaLimits.output)
        guard rows > 0, pieceRows > 0, pieceRows == 1 || pieceRows * rowBytes <= DeltaLimits.output else {
            throw .malformed(.invalid(.pieceRows), offset: pieceStart)
        }
        let baseStart = offset
        let from = try count(.record, limit: DeltaHeader.sizeLimit)
        let (bytes, overflow) = rows.multipliedReportingOverflow(by: rowBytes)
        guard !overflow, bytes <= DeltaHeader.sizeLimit else { throw .malformed(.invalid(.rows), offset: rowsStart) }
        guard from + bytes <= baseSize else {
            throw .malformed(.outsideBase(end: UInt64(from + bytes), size: baseSize), offset: baseStart)
        }
        return BlockTensor(
            type: type, rows: rows, rowElements: elements, rowBytes: rowBytes, pieceRows: pieceRows,
            base: from..<from + bytes)
    }
}
