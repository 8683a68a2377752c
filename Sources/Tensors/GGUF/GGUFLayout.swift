/// A GGUF to be written: its header's bytes, and where each tensor's data goes.
package struct GGUFLayout: Sendable {
    /// Everything before the first tensor's data, padding included.
    package let header: [UInt8]
    package let tensors: [TensorInfo]
    /// The size of the whole file; the data of each tensor, the last one's too, is padded with zeros.
    package let size: Int
    package let alignment: Int

    /// Lays out `tensors` in the given order; each row must be divisible by its type's blocks.
    package init(
        metadata: GGUFMetadata, tensors: [(name: String, shape: [Int], type: ElementType)]
    ) throws(TensorError) {
        alignment = try metadata.unsigned(ifPresent: "general.alignment") ?? 32
        var header: [UInt8] = Array("GGUF".utf8)
        header.append(littleEndian: UInt32(3))
        header.append(littleEndian: UInt64(tensors.count))
        header.append(littleEndian: UInt64(metadata.entries.count))
        metadata.encode(into: &header)
        let alignment = alignment
        var offset = 0
        var ranges: [Range<Int>] = []
        for (name, shape, type) in tensors {
            guard let first = shape.first, let rowBytes = type.rowBytes(first) else {
                throw .gguf(.rowLength(shape.first ?? 0, type: type, tensor: name), offset: header.count)
            }
            header.append(string: name)
            header.append(littleEndian: UInt32(shape.count))
            for size in shape { header.append(littleEndian: UInt64(size)) }
            header.append(littleEndian: type.rawValue)
            header.append(littleEndian: UInt64(offset))
            let size = shape.dropFirst().reduce(rowBytes, *)
            ranges.append(offset..<offset + size)
            offset = (offset + size).padded(to: alignment)
        }
        let start = header.count.padded(to: alignment)
        header.append(contentsOf: repeatElement(0, count: start - header.count))
        self.header = header
        self.tensors = zip(tensors, ranges).map { tensor, range in
            TensorInfo(
                name: tensor.name, shape: tensor.shape, type: tensor.type,
                range: start + range.lowerBound..<start + range.upperBound)
        }
        size = start + offset
    }
}

extension GGUFMetadata {
    func encode(into header: inout [UInt8]) {
        for entry in entries {
            header.append(string: entry.key)
            header.append(littleEndian: entry.type.rawValue)
            if let element = entry.element {
                header.append(littleEndian: element.rawValue)
                header.append(littleEndian: UInt64(entry.count))
            }
            header.append(contentsOf: bytes[entry.payload])
        }
    }
}
