extension GGUF {
    /// Reads the keys and the table of tensors; `bytes` is the whole file, so that ranges can be checked.
    ///
    /// Whatever parses has distinct names, sane shapes, and data that is contiguous, in order, and all there.
    package init(parsing bytes: RawSpan) throws(TensorError) {
        var cursor = ByteCursor(bytes)
        guard bytes.byteCount >= 4, try cursor.integer(UInt32.self) == 0x4655_4747 else {
            throw .gguf(.notGGUF, offset: 0)
        }
        let version = try cursor.integer(UInt32.self)
        guard version == 3 else { throw .gguf(.version(version), offset: 4) }
        // The smallest tensor entry has 33 bytes, the smallest key 14.
        let tensorCount = try cursor.count("tensors", limit: Limit.tensors, each: 33)
        let keyCount = try cursor.count("keys", limit: Limit.keys, each: 14)

        var entries: [GGUFMetadata.Entry] = []
        var known: Set<String> = []
        let keysStart = cursor.offset
        for _ in 0..<keyCount {
            let start = cursor.offset
            let entry = try cursor.entry(relativeTo: keysStart)
            guard known.insert(entry.key).inserted else { throw .gguf(.duplicate(entry.key), offset: start) }
            entries.append(entry)
        }
        guard cursor.offset <= Limit.headerBytes else {
            throw .gguf(
                .tooLong("header", found: UInt64(cursor.offset), limit: Limit.headerBytes), offset: keysStart)
        }
        let metadata = GGUFMetadata(entries: entries, bytes: bytes.array(keysStart..<cursor.offset))
        let alignment = try Self.alignment(metadata, offset: keysStart)

        var table: [TensorEntry] = []
        var names: Set<String> = []
        for _ in 0..<tensorCount {
            let entry = try cursor.tensor()
            guard names.insert(entry.name).inserted else { throw .gguf(.duplicate(entry.name), offset: entry.at) }
            table.append(entry)
        }
        let tensors = try Self.place(
            table, from: cursor.offset, alignment: alignment, size: bytes.byteCount)
        self.init(metadata: metadata, alignment: alignment, tensors: tensors)
    }

    private static func alignment(_ metadata: GGUFMetadata, offset: Int) throws(TensorError) -> Int {
        guard let value = try metadata.unsigned(ifPresent: "general.alignment") else { return 32 }
        guard value >= 8, value <= 65_536, value & (value - 1) == 0 else {
            throw .gguf(.alignment(UInt64(value)), offset: offset)
        }
        return value
    }

    /// Gives each tensor its range: each must begin where the one before ends, padded, and end within the file.
    private static func place(
        _ table: [TensorEntry], from tableEnd: Int, alignment: Int, size: Int
    ) throws(TensorError) -> [TensorInfo] {
        let dataStart = tableEnd.padded(to: alignment)
        var expected = 0
        var tensors: [TensorInfo] = []
        tensors.reserveCapacity(table.count)
        for entry in table {
            guard entry.offset == UInt64(expected) else {
                throw .gguf(
                    .dataOffset(expected: expected, found: entry.offset, tensor: entry.name), offset: entry.at)
            }
            // No overflow: both are at most the file's size, or the next line throws.
            let (end, overflow) = (dataStart + expected).addingReportingOverflow(entry.bytes)
            guard !overflow, end <= size else {
                throw .gguf(
                    .dataPastEnd(end: overflow ? .max : end, size: size, tensor: entry.name), offset: entry.at)
            }
            let range = dataStart + expected..<end
            tensors.append(TensorInfo(name: entry.name, shape: entry.shape, type: entry.type, range: range))
            expected = (expected + entry.bytes).padded(to: alignment)
        }
        return tensors
    }
}

/// A line of the table of tensors before its place in the file is known to be right.
private struct TensorEntry {
    let name: String
    let shape: [Int]
    let type: ElementType
    let bytes: Int
    /// From the start of the data.
    let offset: UInt64
    /// Where the line stands.
    let at: Int
}

extension Int {
    /// The next multiple of `alignment`, a power of two; the file's size bounds all that is padded.
    package func padded(to alignment: Int) -> Int { (self + alignment - 1) & ~(alignment - 1) }
}

extension ByteCursor {
    @_lifetime(self: copy self)
    fileprivate mutating func count(_ what: String, limit: Int, each: Int) throws(TensorError) -> Int {
        let start = offset
        let count = try integer(UInt64.self)
        guard count <= UInt64(limit) else { throw .gguf(.tooMany(what, found: count, limit: limit), offset: start) }
        guard count <= UInt64(remaining / each) else {
            throw .gguf(.endsEarly(needed: count * UInt64(each)), offset: offset)
        }
        return Int(count)
    }

    @_lifetime(self: copy self)
    fileprivate mutating func entry(relativeTo start: Int) throws(TensorError) -> GGUFMetadata.Entry {
        let key = try string("key", limit: GGUF.Limit.keyLength)
        let type = try valueType(key)
        var element: GGUFValueType?
        var count = 1
        if type == .array {
            let at = offset
            let found = try valueType(key)
            guard found != .array else { throw .gguf(.nestedArray(key: key), offset: at) }
            element = found
            // A string has at least its length of 8 bytes.
            count = try self.count("elements", limit: Int(UInt32.max), each: found.size ?? 8)
        }
        let payload = offset
        try skipValues(count, element ?? type, key)
        return GGUFMetadata.Entry(
            key: key, type: type, element: element, count: count, payload: payload - start..<offset - start)
    }

    @_lifetime(self: copy self)
    private mutating func valueType(_ key: String) throws(TensorError) -> GGUFValueType {
        let start = offset
        let raw = try integer(UInt32.self)
        guard let type = GGUFValueType(rawValue: raw) else {
            throw .gguf(.valueType(raw, key: key), offset: start)
        }
        return type
    }

    @_lifetime(self: copy self)
    private mutating func skipValues(_ count: Int, _ type: GGUFValueType, _ key: String) throws(TensorError) {
        switch type {
        case .bool:
            for _ in 0..<count {
                let start = offset
                let value = try integer(UInt8.self)
                guard value <= 1 else { throw .gguf(.notBool(value, key: key), offset: start) }
            }
        case .string:
            for _ in 0..<count {
                let length = try integer(UInt64.self)
                _ = try skip(length)
            }
        default:
            // `count` is at most 2^32, so this can't overflow.
            _ = try skip(UInt64(count * (type.size ?? 1)))
        }
    }

    @_lifetime(self: copy self)
    fileprivate mutating func tensor() throws(TensorError) -> TensorEntry {
        let start = offset
        let name = try string("tensor name", limit: GGUF.Limit.nameLength)
        let dimensions = try integer(UInt32.self)
        guard dimensions >= 1, dimensions <= GGUF.Limit.dimensions else {
            throw .gguf(.dimensions(dimensions, tensor: name), offset: start)
        }
        var sizes: [UInt64] = []
        for _ in 0..<dimensions { sizes.append(try integer(UInt64.self)) }
        let rawType = try integer(UInt32.self)
        guard let type = ElementType(rawValue: rawType) else {
            throw .gguf(.elementType(rawType, tensor: name), offset: start)
        }
        // Bytes are at most 8 an element, so a product below 2^56 can be counted in bytes too.
        var product: UInt64 = 1
        for size in sizes {
            let (next, overflow) = product.multipliedReportingOverflow(by: size)
            guard size > 0, !overflow, next < 1 << 56 else { throw .gguf(.shape(sizes, tensor: name), offset: start) }
            product = next
        }
        let shape = sizes.map { Int($0) }
        guard let rowBytes = type.rowBytes(shape[0]) else {
            throw .gguf(.rowLength(shape[0], type: type, tensor: name), offset: start)
        }
        return TensorEntry(
            name: name, shape: shape, type: type, bytes: rowBytes * (Int(product) / shape[0]),
            offset: try integer(UInt64.self), at: start)
    }
}
