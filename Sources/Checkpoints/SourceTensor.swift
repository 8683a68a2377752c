import Files
import Tensors

/// One tensor of a source: in place, or a few numbers that were computed from the source.
package struct SourceTensor: Sendable {
    /// Its GGUF name.
    package let name: String
    /// GGUF's order: `shape[0]` is the length of a row.
    package let shape: [Int]
    package let type: ElementType
    private let storage: Storage
    /// Into how many heads the rows fall whose halves must be interleaved; nil where rows are in order.
    package let rotaryHeads: Int?

    private enum Storage {
        /// The bytes' place in the file.
        case mapped(MappedFile, Range<Int>)
        case computed([Float])
    }

    package init(
        name: String, shape: [Int], type: ElementType, file: MappedFile, range: Range<Int>, rotaryHeads: Int? = nil
    ) {
        self.name = name
        self.shape = shape
        self.type = type
        storage = .mapped(file, range)
        self.rotaryHeads = rotaryHeads
    }

    /// A vector of F32.
    package init(name: String, numbers: [Float]) {
        self.name = name
        shape = [numbers.count]
        type = .f32
        storage = .computed(numbers)
        rotaryHeads = nil
    }

    /// A vector with `distance` added to each of its numbers, as F32.
    func shifted(by distance: Float) -> SourceTensor {
        var numbers = [Float](repeating: 0, count: rows * rowElements)
        var span = numbers.mutableSpan
        Codec.decode(bytes(fromSourceRow: 0, count: rows), of: type, into: &span)
        return SourceTensor(name: name, numbers: numbers.map { $0 + distance })
    }

    package var rowElements: Int { shape[0] }
    package var rows: Int { shape.dropFirst().reduce(1, *) }
    package var rowBytes: Int {
        switch storage {
        case .mapped(_, let range): range.count / rows
        case .computed(let numbers): 4 * numbers.count / rows
        }
    }

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
        let (first, size) = (row * rowBytes, count * rowBytes)
        // This value owns the file, or the numbers.
        switch storage {
        case .mapped(let file, let range):
            let span = file.bytes.extracting(range.lowerBound + first..<range.lowerBound + first + size)
            return unsafe _overrideLifetime(span, borrowing: self)
        case .computed(let numbers):
            // Floats have no padding.
            let span = unsafe numbers.span.bytes.extracting(first..<first + size)
            return unsafe _overrideLifetime(span, borrowing: self)
        }
    }

    /// Lets the pages of rows of the source leave memory; they are read again when touched.
    package func release(sourceRows rows: Range<Int>) {
        guard case .mapped(let file, let range) = storage else { return }
        let start = range.lowerBound + rows.lowerBound * rowBytes
        file.mapping.release(start..<start + rows.count * rowBytes)
    }
}
