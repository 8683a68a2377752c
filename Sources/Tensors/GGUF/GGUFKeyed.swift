/// What has GGUF keys, and typed access to them.
///
/// Each accessor throws `missingKey` or `wrongType`; the `ifPresent` forms answer nil for a key that is not there.
package protocol GGUFKeyed {
    var metadata: GGUFMetadata { get }
}

extension GGUFMetadata: GGUFKeyed {
    package var metadata: GGUFMetadata { self }
}

extension GGUFKeyed {
    package func contains(_ key: String) -> Bool { metadata[key] != nil }

    package func string(_ key: String) throws(TensorError) -> String {
        try metadata.texts(try metadata.single(key, .string))[0]
    }

    /// A whole number that isn't negative, of any width.
    package func unsigned(_ key: String) throws(TensorError) -> Int {
        let values = try metadata.wholes(try metadata.single(key, .u8, .i8, .u16, .i16, .u32, .i32, .u64, .i64))
        guard values[0] >= 0 else {
            throw .wrongType(key: key, expected: "a number that isn't negative", found: "\(values[0])")
        }
        return values[0]
    }

    /// A whole number of any width and sign.
    package func integer(_ key: String) throws(TensorError) -> Int {
        try metadata.wholes(try metadata.single(key, .u8, .i8, .u16, .i16, .u32, .i32, .u64, .i64))[0]
    }

    package func float(_ key: String) throws(TensorError) -> Float {
        metadata.reals(try metadata.single(key, .f32, .f64))[0]
    }

    package func bool(_ key: String) throws(TensorError) -> Bool {
        metadata.byte(try metadata.single(key, .bool)) == 1
    }

    package func string(ifPresent key: String) throws(TensorError) -> String? { contains(key) ? try string(key) : nil }
    package func unsigned(ifPresent key: String) throws(TensorError) -> Int? { contains(key) ? try unsigned(key) : nil }
    package func float(ifPresent key: String) throws(TensorError) -> Float? { contains(key) ? try float(key) : nil }
    package func bool(ifPresent key: String) throws(TensorError) -> Bool? { contains(key) ? try bool(key) : nil }

    /// An array of strings, decoded now.
    package func strings(_ key: String) throws(TensorError) -> [String] {
        try metadata.texts(try metadata.array(key, .string))
    }

    /// Gives the strings of an array as their bytes, which need not be UTF-8, one after another.
    package func eachString(_ key: String, _ body: (Span<UInt8>) -> Void) throws(TensorError) {
        let metadata = metadata
        let bytes = metadata.bytes.span
        for range in metadata.textRanges(try metadata.array(key, .string)) { body(bytes.extracting(range)) }
    }

    /// An array of whole numbers of any width.
    package func integers(_ key: String) throws(TensorError) -> [Int] {
        try metadata.wholes(try metadata.array(key, .u8, .i8, .u16, .i16, .u32, .i32, .u64, .i64))
    }

    package func floats(_ key: String) throws(TensorError) -> [Float] {
        metadata.reals(try metadata.array(key, .f32, .f64))
    }
}

extension GGUFMetadata {
    fileprivate func single(_ key: String, _ types: GGUFValueType...) throws(TensorError) -> Entry {
        guard let entry = self[key] else { throw .missingKey(key) }
        guard types.contains(entry.type) else { throw mismatch(entry, types) }
        return entry
    }

    fileprivate func array(_ key: String, _ types: GGUFValueType...) throws(TensorError) -> Entry {
        guard let entry = self[key] else { throw .missingKey(key) }
        guard let element = entry.element, types.contains(element) else {
            throw mismatch(entry, types, prefix: "array of ")
        }
        return entry
    }

    private func mismatch(_ entry: Entry, _ types: [GGUFValueType], prefix: String = "") -> TensorError {
        .wrongType(key: entry.key, expected: prefix + types.map(\.name).joined(separator: " "), found: entry.typeName)
    }

    fileprivate func byte(_ entry: Entry) -> UInt8 { bytes[entry.payload.lowerBound] }

    fileprivate func textRanges(_ entry: Entry) -> [Range<Int>] {
        var ranges: [Range<Int>] = []
        ranges.reserveCapacity(entry.count)
        var offset = entry.payload.lowerBound
        for _ in 0..<entry.count {
            // The parser has followed these lengths once, so they stay within the payload.
            let length = Int(truncatingIfNeeded: bits(offset, 8))
            ranges.append(offset + 8..<offset + 8 + length)
            offset += 8 + length
        }
        return ranges
    }

    fileprivate func texts(_ entry: Entry) throws(TensorError) -> [String] {
        var texts: [String] = []
        texts.reserveCapacity(entry.count)
        for range in textRanges(entry) {
            guard let text = String(validating: bytes[range], as: UTF8.self) else {
                throw .wrongType(key: entry.key, expected: "UTF-8", found: "other bytes")
            }
            texts.append(text)
        }
        return texts
    }

    fileprivate func wholes(_ entry: Entry) throws(TensorError) -> [Int] {
        let type = entry.element ?? entry.type
        let size = type.size ?? 1
        var values: [Int] = []
        values.reserveCapacity(entry.count)
        for offset in stride(from: entry.payload.lowerBound, to: entry.payload.upperBound, by: size) {
            let bits = bits(offset, size)
            switch type {
            case .i8: values.append(Int(Int8(truncatingIfNeeded: bits)))
            case .i16: values.append(Int(Int16(truncatingIfNeeded: bits)))
            case .i32: values.append(Int(Int32(truncatingIfNeeded: bits)))
            case .u64 where bits > UInt64(Int.max):
                throw .wrongType(key: entry.key, expected: "a number below 2^63", found: "\(bits)")
            default: values.append(Int(truncatingIfNeeded: bits))
            }
        }
        return values
    }

    fileprivate func reals(_ entry: Entry) -> [Float] {
        let size = (entry.element ?? entry.type).size ?? 4
        return stride(from: entry.payload.lowerBound, to: entry.payload.upperBound, by: size).map { offset in
            let bits = bits(offset, size)
            return size == 8
                ? Float(Double(bitPattern: bits)) : Float(bitPattern: UInt32(truncatingIfNeeded: bits))
        }
    }

    private func bits(_ offset: Int, _ size: Int) -> UInt64 {
        var bits: UInt64 = 0
        for byte in 0..<size { bits |= UInt64(bytes[offset + byte]) << (8 * byte) }
        return bits
    }
}
