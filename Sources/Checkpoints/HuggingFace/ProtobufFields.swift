/// The fields of one protobuf message, in their order.
struct ProtobufFields: Sequence {
    /// A field's number and value.
    enum Field: Equatable {
        case varint(Int, UInt64)
        case fixed32(Int, UInt32)
        case fixed64(Int, UInt64)
        case bytes(Int, ArraySlice<UInt8>)
    }

    private var fields: [Field] = []

    /// Throws at anything that is no message; groups, which protobuf gave up, are none.
    init(_ bytes: ArraySlice<UInt8>, path: String) throws(CheckpointError) {
        var rest = bytes
        while !rest.isEmpty {
            guard let field = Self.field(&rest) else {
                throw .wrongValue(key: "byte \(rest.startIndex)", expected: "protobuf", path: path)
            }
            fields.append(field)
        }
    }

    func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }

    private static func field(_ bytes: inout ArraySlice<UInt8>) -> Field? {
        guard let key = varint(&bytes), key >> 3 > 0, key >> 3 < 1 << 29 else { return nil }
        let number = Int(key >> 3)
        switch key & 7 {
        case 0: return varint(&bytes).map { .varint(number, $0) }
        case 1: return fixed(8, &bytes).map { .fixed64(number, $0) }
        case 2:
            guard let count = varint(&bytes), count <= UInt64(bytes.count) else { return nil }
            defer { bytes = bytes.dropFirst(Int(count)) }
            return .bytes(number, bytes.prefix(Int(count)))
        case 5: return fixed(4, &bytes).map { .fixed32(number, UInt32(truncatingIfNeeded: $0)) }
        default: return nil
        }
    }

    /// Seven bits a byte, the least first; ten bytes at most.
    private static func varint(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        var value: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            guard let byte = bytes.popFirst() else { return nil }
            value |= UInt64(byte & 0x7f) << shift
            if byte < 0x80 { return value }
        }
        return nil
    }

    private static func fixed(_ count: Int, _ bytes: inout ArraySlice<UInt8>) -> UInt64? {
        guard bytes.count >= count else { return nil }
        defer { bytes = bytes.dropFirst(count) }
        return bytes.prefix(count).reversed().reduce(0) { $0 << 8 | UInt64($1) }
    }
}
