import Files
import JSONText

extension Safetensors {
    /// Reads the table of the file at `path`, mapped.
    package init(file: MappedFile) throws(TensorError) {
        do {
            try self.init(parsing: file.bytes)
        } catch {
            throw error.located(in: file.path)
        }
    }

    /// Reads the header; `bytes` is the whole file, and every byte after the header must belong to one tensor.
    package init(parsing bytes: RawSpan) throws(TensorError) {
        guard bytes.byteCount >= 8 else {
            throw .safetensors(.endsEarly(needed: 8, found: bytes.byteCount))
        }
        var cursor = ByteCursor(bytes)
        let length = try cursor.integer(UInt64.self)
        guard length >= 2, length <= UInt64(Limit.headerBytes) else {
            throw .safetensors(.headerLength(length, limit: Limit.headerBytes))
        }
        guard length <= UInt64(bytes.byteCount - 8) else {
            throw .safetensors(.endsEarly(needed: 8 + length, found: bytes.byteCount))
        }
        let dataStart = 8 + Int(length)
        guard let header = try Self.header(bytes.array(8..<dataStart)).object else {
            throw .json(JSONError(offset: 0, problem: .unexpectedByte))
        }
        guard header.members.count <= Limit.tensors else {
            throw .safetensors(.tooMany(found: header.members.count, limit: Limit.tensors))
        }
        var metadata: [String: String] = [:]
        var tensors: [Tensor] = []
        for member in header.members {
            if member.name == "__metadata__" {
                for note in member.value.object?.members ?? [] { metadata[note.name] = note.value.string }
            } else {
                tensors.append(
                    try Tensor(member, dataStart: dataStart, dataSize: bytes.byteCount - dataStart))
            }
        }
        self.tensors = try Self.contiguous(tensors, from: dataStart, to: bytes.byteCount)
        self.metadata = metadata
    }

    private static func header(_ bytes: [UInt8]) throws(TensorError) -> JSON {
        do throws(JSONError) { return try JSON(parsing: bytes) } catch { throw .json(error) }
    }

    /// Sorts by position and checks that the data has neither overlaps nor holes.
    private static func contiguous(_ tensors: [Tensor], from start: Int, to end: Int) throws(TensorError) -> [Tensor] {
        let sorted = tensors.sorted { $0.range.lowerBound < $1.range.lowerBound }
        var expected = start
        for tensor in sorted {
            if tensor.range.lowerBound < expected { throw .safetensors(.overlap(tensor: tensor.name)) }
            if tensor.range.lowerBound > expected { throw .safetensors(.hole(tensor: tensor.name)) }
            expected = tensor.range.upperBound
        }
        guard expected == end else {
            throw .safetensors(.dataSize(expected: expected - start, found: end - start))
        }
        return sorted
    }
}

extension Safetensors.Tensor {
    fileprivate init(_ member: JSON.Member, dataStart: Int, dataSize: Int) throws(TensorError) {
        let name = member.name
        let plain = name.unicodeScalars.allSatisfy { $0.value >= 0x20 && $0.value != 0x7F && $0 != "/" && $0 != "\\" }
        guard !name.isEmpty, plain else { throw .safetensors(.name(name)) }
        let dtype = member.value["dtype"]?.string ?? ""
        guard let type = StoredType(dtype: dtype) else { throw .safetensors(.dtype(dtype, tensor: name)) }

        guard let sizes = member.value["shape"]?.array, sizes.count <= Safetensors.Limit.dimensions else {
            throw .safetensors(.shape(tensor: name))
        }
        var shape: [Int] = []
        var bytes = type.bytes
        for size in sizes {
            guard let size = size.integer, size > 0 else { throw .safetensors(.shape(tensor: name)) }
            let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
            guard !overflow else { throw .safetensors(.shape(tensor: name)) }
            bytes = product
            shape.append(size)
        }
        guard let offsets = member.value["data_offsets"]?.array, offsets.count == 2,
            let start = offsets[0].integer, let end = offsets[1].integer,
            start >= 0, start <= end, end <= dataSize
        else { throw .safetensors(.offsets(tensor: name)) }
        guard end - start == bytes else {
            throw .safetensors(.size(expected: bytes, found: end - start, tensor: name))
        }
        guard member.value.object?.members.count == 3 else { throw .safetensors(.members(tensor: name)) }
        self.init(name: name, shape: shape, type: type, range: dataStart + start..<dataStart + end)
    }
}
