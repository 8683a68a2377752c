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

    /// Decodes `rows`, counted as in the GGUF, to the start of `floats`, which must have room.
    package func decode(_ rows: Range<Int>, into floats: inout MutableSpan<Float>) {
        let source = source
        if source.rotaryHeads == nil {
            Codec.decode(
                source.bytes(fromSourceRow: rows.lowerBound, count: rows.count), of: source.type, into: &floats)
        } else {
            for (index, row) in rows.enumerated() {
                let bytes = source.bytes(fromSourceRow: source.sourceRow(row), count: 1)
                Codec.decode(bytes, of: source.type, into: &floats, at: index * source.rowElements)
            }
        }
        for term in terms {
            for (index, row) in rows.enumerated() { term.add(row, to: &floats, at: index * source.rowElements) }
        }
    }
}
