import Tensors

/// The rows of a source's tensor as floats, as they stand in the GGUF: decoded, put in order, and with what adapters add.
package struct SourceRows {
    private let source: SourceTensor
    private let terms: [LowRankTerm.Rows]

    /// Prepares for reading many rows.
    package init(_ source: SourceTensor) {
        self.source = source
        terms = source.terms.map(LowRankTerm.Rows.init)
    }

    /// Decodes `rows`, counted as in the GGUF, to `floats` from `offset` on, which must have room.
    package func decode(_ rows: Range<Int>, into floats: inout MutableSpan<Float>, at offset: Int = 0) {
        let source = source
        if source.rotaryHeads == nil, source.float8 == nil {
            Codec.decode(
                source.bytes(fromSourceRow: rows.lowerBound, count: rows.count), of: source.type, into: &floats,
                at: offset)
        } else {
            for (index, row) in rows.enumerated() {
                let sourceRow = source.sourceRow(row), place = offset + index * source.rowElements
                let bytes = source.bytes(fromSourceRow: sourceRow, count: 1)
                if let float8 = source.float8 {
                    float8.decode(bytes, row: sourceRow, into: &floats, at: place)
                } else {
                    Codec.decode(bytes, of: source.type, into: &floats, at: place)
                }
            }
        }
        for term in terms {
            for (index, row) in rows.enumerated() {
                term.add(row, to: &floats, at: offset + index * source.rowElements)
            }
        }
    }
}
