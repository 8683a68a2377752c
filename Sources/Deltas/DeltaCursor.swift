import Tensors

/// Reads a delta's numbers one after the other; every read is checked against the end.
struct DeltaCursor: ~Escapable {
    let bytes: RawSpan
    private(set) var offset: Int

    @_lifetime(copy bytes)
    init(_ bytes: RawSpan, offset: Int = 0) {
        self.bytes = bytes
        self.offset = offset
    }

    var remaining: Int { bytes.byteCount - offset }

    @_lifetime(self: copy self)
    mutating func integer<Value: FixedWidthInteger & BitwiseCopyable>(_: Value.Type) throws(DeltaError) -> Value {
        let place = try skip(MemoryLayout<Value>.size)
        // In bounds, and every bit pattern is an integer.
        return Value(littleEndian: unsafe bytes.unsafeLoadUnaligned(fromByteOffset: place.lowerBound, as: Value.self))
    }

    /// A number that must not be over `limit`.
    @_lifetime(self: copy self)
    mutating func count(_ field: DeltaField, limit: Int) throws(DeltaError) -> Int {
        let start = offset
        let value = try integer(UInt64.self)
        guard value <= UInt64(limit) else {
            throw .malformed(.tooLong(field, found: value, limit: limit), offset: start)
        }
        return Int(value)
    }

    /// A length of bytes that follow, as 32 bits, and where they are.
    @_lifetime(self: copy self)
    mutating func section(_ field: DeltaField, limit: Int) throws(DeltaError) -> Range<Int> {
        let start = offset
        let length = try integer(UInt32.self)
        guard length <= UInt32(limit) else {
            throw .malformed(.tooLong(field, found: UInt64(length), limit: limit), offset: start)
        }
        return try skip(Int(length))
    }

    /// Passes over `count` bytes and tells where they are.
    @_lifetime(self: copy self)
    mutating func skip(_ count: Int) throws(DeltaError) -> Range<Int> {
        guard count <= remaining else { throw .malformed(.endsEarly(needed: count), offset: offset) }
        defer { offset += count }
        return offset..<offset + count
    }
}

extension [UInt8] {
    mutating func append<Value: FixedWidthInteger>(littleEndian value: Value) {
        for shift in stride(from: 0, to: Value.bitWidth, by: 8) { append(UInt8(truncatingIfNeeded: value >> shift)) }
    }

    /// A length as 32 bits, then the bytes.
    mutating func append(section bytes: [UInt8]) {
        append(littleEndian: UInt32(bytes.count))
        append(contentsOf: bytes)
    }
}
