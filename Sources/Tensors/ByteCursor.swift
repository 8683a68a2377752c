/// Reads little-endian numbers one after the other; every read is checked against the end.
struct ByteCursor: ~Escapable {
    let bytes: RawSpan
    private(set) var offset = 0

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan) { self.bytes = bytes }

    var remaining: Int { bytes.byteCount - offset }

    @_lifetime(self: copy self)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(TensorError) -> Value {
        let size = MemoryLayout<Value>.size
        guard remaining >= size else { throw ends(UInt64(size)) }
        defer { offset += size }
        // In bounds, and every bit pattern is an integer.
        return Value(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    /// Passes over `count` bytes and tells where they are.
    @_lifetime(self: copy self)
    mutating func skip(_ count: UInt64) throws(TensorError) -> Range<Int> {
        guard count <= UInt64(remaining) else { throw ends(count) }
        defer { offset += Int(count) }
        return offset..<offset + Int(count)
    }

    /// A GGUF string: a u64 length and as many bytes of UTF-8.
    @_lifetime(self: copy self)
    mutating func string(_ what: String, limit: Int) throws(TensorError) -> String {
        let start = offset
        let length = try integer(UInt64.self)
        guard length <= UInt64(limit) else {
            throw .gguf(.tooLong(what, found: length, limit: limit), offset: start)
        }
        let range = try skip(length)
        guard !range.isEmpty else { throw .gguf(.empty(what), offset: start) }
        guard let text = String(validating: bytes.array(range), as: UTF8.self) else {
            throw .gguf(.notUTF8(what), offset: range.lowerBound)
        }
        return text
    }

    private func ends(_ needed: UInt64) -> TensorError { .gguf(.endsEarly(needed: needed), offset: offset) }
}

extension RawSpan {
    /// A copy of the bytes in `range`.
    package func array(_ range: Range<Int>) -> [UInt8] {
        // The copy ends before the span's life does.
        unsafe extracting(range).withUnsafeBytes { unsafe Array($0) }
    }
}
