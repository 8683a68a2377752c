import Files
import Tensors

/// One tensor of a source, in place.
package struct SourceTensor: Sendable {
    /// Its GGUF name.
    package let name: String
    /// GGUF's order: `shape[0]` is the length of a row.
    package let shape: [Int]
    package let type: ElementType
    package let file: MappedFile
    /// Where its bytes are in the file.
    package let range: Range<Int>
    /// Into how many heads the rows fall whose halves must be interleaved; nil where rows are in order.
    package let rotaryHeads: Int?

    package init(
        name: String, shape: [Int], type: ElementType, file: MappedFile, range: Range<Int>, rotaryHeads: Int? = nil
    ) {
        self.name = name
        self.shape = shape
        self.type = type
        self.file = file
        self.range = range
        self.rotaryHeads = rotaryHeads
    }

    package var rowElements: Int { shape[0] }
    package var rows: Int { shape.dropFirst().reduce(1, *) }
    package var rowBytes: Int { range.count / rows }

    /// Which row of the source is row `row` of the GGUF.
    ///
    /// Hugging Face's rotary embedding turns element i of a head with element i + half, GGUF's with its neighbour.
    package func sourceRow(_ row: Int) -> Int {
        guard let rotaryHeads else { return row }
        let headRows = rows / rotaryHeads
        let (head, within) = row.quotientAndRemainder(dividingBy: headRows)
        return head * headRows + within % 2 * (headRows / 2) + within / 2
    }

    /// The bytes of `count` rows of the source from `row` on.
    @_lifetime(borrow self)
    package func bytes(fromSourceRow row: Int, count: Int) -> RawSpan {
        let start = range.lowerBound + row * rowBytes
        let span = file.bytes.extracting(start..<start + count * rowBytes)
        // This value owns the file.
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
