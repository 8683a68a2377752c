import Files

/// A GGUF in a mapped file: the whole file, or a member inside another one.
package struct GGUFFile: GGUFKeyed, Sendable {
    package let gguf: GGUF
    package let file: MappedFile
    /// Where the GGUF lies in the file.
    package let range: Range<Int>

    /// Opens the GGUF at `path`.
    package init(path: String) throws {
        let file = try MappedFile(path: path)
        try self.init(file: file, range: 0..<file.count)
    }

    /// Opens the GGUF in `range` of a mapped file.
    package init(file: MappedFile, range: Range<Int>) throws(TensorError) {
        do {
            gguf = try GGUF(parsing: file.bytes.extracting(range))
        } catch {
            throw error.located(in: file.path)
        }
        self.file = file
        self.range = range
    }

    package var metadata: GGUFMetadata { gguf.metadata }
    package var tensors: [TensorInfo] { gguf.tensors }
    package func tensor(_ name: String) throws(TensorError) -> TensorInfo { try gguf.tensor(name) }

    /// Where a tensor's bytes lie in the mapped file.
    package func fileRange(of tensor: TensorInfo) -> Range<Int> {
        range.lowerBound + tensor.range.lowerBound..<range.lowerBound + tensor.range.upperBound
    }

    /// A tensor's bytes, in place; they live as long as this value.
    @_lifetime(borrow self)
    package func bytes(of tensor: TensorInfo) -> RawSpan {
        let span = file.bytes.extracting(fileRange(of: tensor))
        // This value owns the mapping.
        return unsafe _overrideLifetime(span, borrowing: self)
    }
}
