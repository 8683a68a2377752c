import Checkpoints
import Deltas
import Tensors

/// Some rows of one tensor, to be converted by one task.
struct Piece: Sendable {
    let source: SourceTensor
    let type: ElementType
    let rows: Range<Int>
    /// Zeros behind the rows, which end a tensor's data.
    let padding: Int
    /// Older rows that these stay near to, where there are any.
    let anchor: AnchorRows?

    /// Cuts a tensor into pieces of about `elements` numbers.
    ///
    /// A piece's rows are the same ones in source and target, if in another order: whole heads where those are permuted.
    static func pieces(of step: Plan.Step, elements: Int) -> [Piece] {
        let rows = step.source.rows
        let unit = step.source.rotaryHeads.map { rows / $0 } ?? 1
        let perPiece = max(1, elements / step.source.rowElements / unit) * unit
        let padding = step.target.range.count.padded(to: step.alignment) - step.target.range.count
        return stride(from: 0, to: rows, by: perPiece).map { first in
            let last = min(rows, first + perPiece)
            return Piece(
                source: step.source, type: step.target.type, rows: first..<last, padding: last == rows ? padding : 0,
                anchor: step.anchor)
        }
    }

    /// The rows as they stand in the GGUF, and the padding.
    func convert() throws(BuildingError) -> [UInt8] {
        guard let rowBytes = type.rowBytes(source.rowElements) else { preconditionFailure("the plan checked this") }
        var bytes = [UInt8](repeating: 0, count: rows.count * rowBytes + padding)
        if source.type == .f32, source.rotaryHeads == nil, source.isVerbatim {
            let source = source
            let floats = source.bytes(fromSourceRow: rows.lowerBound, count: rows.count)
            try encode(floats, first: rows.lowerBound, &bytes, 0)
        } else {
            try convertThroughFloats(into: &bytes, rowBytes: rowBytes)
        }
        source.release(sourceRows: rows)
        return bytes
    }

    /// Decodes some rows at a time, in the order of the target, and encodes them.
    private func convertThroughFloats(into bytes: inout [UInt8], rowBytes: Int) throws(BuildingError) {
        let source = source
        let decoder = SourceRows(source)
        let batch = max(1, 16_384 / source.rowElements)
        var floats = [Float](repeating: 0, count: batch * source.rowElements)
        var offset = 0
        for first in stride(from: rows.lowerBound, to: rows.upperBound, by: batch) {
            let count = min(batch, rows.upperBound - first)
            var span = floats.mutableSpan
            decoder.decode(first..<first + count, into: &span)
            // Copied to the target below before it changes; floats have no padding.
            let decoded = unsafe floats.span.bytes.extracting(0..<4 * count * source.rowElements)
            if type == source.type, type.blockElements > 1, source.isVerbatim {
                // Already in these blocks: their bytes stay what they are, but must stand for finite numbers.
                try check(decoded, first: first)
                for row in 0..<count {
                    let same = source.bytes(fromSourceRow: source.sourceRow(first + row), count: 1).array(0..<rowBytes)
                    bytes.replaceSubrange(offset + row * rowBytes..<offset + (row + 1) * rowBytes, with: same)
                }
            } else {
                try encode(decoded, first: first, &bytes, offset)
            }
            offset += count * rowBytes
        }
    }

    /// Encodes whole rows to `bytes` from `offset` on.
    private func encode(_ floats: RawSpan, first: Int, _ bytes: inout [UInt8], _ offset: Int) throws(BuildingError) {
        var span = bytes.mutableSpan
        // Bytes have no padding.
        var target = unsafe span.mutableBytes
        let done = Codec.encode(floats, as: type, into: &target, at: offset)
        guard done * 4 < floats.byteCount else { return settle(&target, offset, floats, first) }
        let row = done / source.rowElements
        try check(floats.extracting(4 * row * source.rowElements..<floats.byteCount), first: first + row)
        throw .overflow(tensor: source.name, row: first + row, type: type.name)
    }

    /// Takes encoded rows back to what they were in the anchor, as far as its tolerance goes.
    private func settle(_ target: inout MutableRawSpan, _ offset: Int, _ floats: RawSpan, _ first: Int) {
        guard let anchor,
            var rowAnchor = RowAnchor(type, rowElements: source.rowElements, tolerance: anchor.tolerance)
        else { return }
        let floatBytes = 4 * source.rowElements, count = floats.byteCount / floatBytes
        let range = anchor.range(first..<first + count), file = anchor.file
        let old = file.bytes.extracting(range)
        for row in 0..<count {
            rowAnchor.settle(
                &target, at: offset + row * anchor.rowBytes,
                old: old.extracting(row * anchor.rowBytes..<(row + 1) * anchor.rowBytes),
                floats: floats.extracting(row * floatBytes..<(row + 1) * floatBytes))
        }
        file.mapping.release(range)
    }

    /// Throws for the first row with a number that isn't finite.
    private func check(_ floats: RawSpan, first: Int) throws(BuildingError) {
        for index in 0..<floats.byteCount / 4 {
            // In bounds; every bit pattern is a float.
            let value = unsafe floats.unsafeLoadUnaligned(fromByteOffset: 4 * index, as: Float.self)
            if !value.isFinite { throw .notFinite(tensor: source.name, row: first + index / source.rowElements) }
        }
    }
}
