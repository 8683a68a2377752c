import Files
import Tensors

/// One tensor of a source: in place, or a few numbers that were computed from the source; with what adapters add to it.
package struct SourceTensor: Sendable {
    /// Its GGUF name.
    package let name: String
    /// GGUF's order: `shape[0]` is the length of a row.
    package let shape: [Int]
    /// Of its numbers; F32 where they are 8-bit floats and their scales.
    package let type: ElementType
    /// How bytes stand for numbers where they are no numbers of `type`.
    let float8: ScaledFloat8?
    private let storage: Storage
    /// Into how many heads the rows fall whose halves must be interleaved; nil where rows are in order.
    package let rotaryHeads: Int?
    /// What adapters add to its numbers, one after the other.
    private(set) var terms: [LowRankTerm] = []

    private enum Storage {
        /// The bytes' place in the file.
        case mapped(MappedFile, Range<Int>)
        case computed([Float])
    }

    package init(
        name: String, shape: [Int], type: ElementType, file: MappedFile, range: Range<Int>
    ) {
        self.init(name: name, shape: shape, type: type, float8: nil, file: file, range: range, rotaryHeads: nil)
    }

    init(
        name: String, shape: [Int], type: ElementType, float8: ScaledFloat8?, file: MappedFile, range: Range<Int>,
        rotaryHeads: Int?
    ) {
        self.name = name
        self.shape = shape
        self.type = type
        self.float8 = float8
        storage = .mapped(file, range)
        self.rotaryHeads = rotaryHeads
    }

    /// A vector of F32.
    package init(name: String, numbers: [Float]) {
        self.name = name
        shape = [numbers.count]
        type = .f32
        float8 = nil
        storage = .computed(numbers)
        rotaryHeads = nil
    }

    /// The same numbers under another name.
    init(_ other: SourceTensor, name: String) {
        self.name = name
        shape = other.shape
        type = other.type
        float8 = other.float8
        storage = other.storage
        rotaryHeads = other.rotaryHeads
        terms = other.terms
    }

    /// A vector with `distance` added to each of its numbers, as F32.
    func shifted(by distance: Float) -> SourceTensor {
        var numbers = [Float](repeating: 0, count: rows * rowElements)
        var span = numbers.mutableSpan
        SourceRows(self).decode(0..<rows, into: &span)
        return SourceTensor(name: name, numbers: numbers.map { $0 + distance })
    }

    /// The tensor with one more term added.
    func adding(_ term: LowRankTerm) -> SourceTensor {
        var sum = self
        sum.terms.append(term)
        return sum
    }

    package var rowElements: Int { shape[0] }
    package var rows: Int { shape.dropFirst().reduce(1, *) }
    package var rowBytes: Int {
        switch storage {
        case .mapped(_, let range): range.count / rows
        case .computed(let numbers): 4 * numbers.count / rows
        }
    }

    /// Whether its rows' bytes are what the rows of `type` must be, if perhaps in another order.
    package var isVerbatim: Bool { terms.isEmpty && float8 == nil }

    /// How its file has its numbers: `bf16`, `f8_e4m3`.
    package var storedType: String { float8?.format.name ?? type.name }

    /// Which row of the source is row `row` of the GGUF.
    package func sourceRow(_ row: Int) -> Int { RowOrder(rows: rows, rotaryHeads: rotaryHeads).source(of: row) }

    /// The bytes of `count` rows of the source from `row` on, without what adapters add.
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
        for term in terms { term.release() }
        guard case .mapped(let file, let range) = storage else { return }
        let start = range.lowerBound + rows.lowerBound * rowBytes
        file.mapping.release(start..<start + rows.count * rowBytes)
    }
}
