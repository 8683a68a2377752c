import Tensors

/// A block type's statistics in one delta: which table each context uses, and the tables.
struct TypeStatistics {
    let planes: BlockPlanes
    /// One for each plane that there is.
    let maps: [ContextMap]

    /// By context, the number of its table, if the type's first table has number `first`.
    func numbers(from first: Int) -> [UInt16] {
        var numbers: [UInt16] = []
        var first = first
        for map in maps {
            numbers += map.map.map { UInt16(first + Int($0)) }
            first += map.tables.count
        }
        return numbers
    }

    /// Type, then for each plane the number of tables, the map, and the frequencies: low bytes, then high ones.
    func encode(into bytes: inout [UInt8]) {
        bytes.append(littleEndian: planes.form.type.rawValue)
        for map in maps {
            bytes.append(UInt8(map.tables.count))
            bytes += map.map
            let counts = map.tables.flatMap(\.counts)
            bytes += counts.map { UInt8(truncatingIfNeeded: $0) }
            bytes += counts.map { UInt8(truncatingIfNeeded: $0 >> 8) }
        }
    }
}

extension DeltaCursor {
    /// Reads one type's statistics from their unpacked bytes; the caller puts its own offset in errors.
    @_lifetime(self: copy self)
    mutating func statistics() throws(DeltaError) -> TypeStatistics {
        let id = try integer(UInt32.self)
        guard let type = ElementType(rawValue: id), let form = BlockForm(type) else {
            throw .malformed(.elementType(id), offset: offset)
        }
        let planes = BlockPlanes(form)
        var maps: [ContextMap] = []
        for plane in planes.all {
            let count = Int(try integer(UInt8.self))
            guard 1...ContextMap.maximumTables ~= count else { throw .malformed(.invalid(.tables), offset: offset) }
            let map = bytes.array(try skip(plane.contexts.count))
            guard map.allSatisfy({ $0 < count }) else { throw .malformed(.invalid(.contexts), offset: offset) }
            let low = try skip(count * plane.alphabet), high = try skip(count * plane.alphabet)
            let counts = zip(bytes.array(low), bytes.array(high)).map { UInt16($0) | UInt16($1) << 8 }
            var tables: [Frequencies] = []
            for table in 0..<count {
                let own = Array(counts[table * plane.alphabet..<(table + 1) * plane.alphabet])
                guard let frequencies = Frequencies(own) else {
                    throw .malformed(.invalid(.frequencies), offset: offset)
                }
                tables.append(frequencies)
            }
            maps.append(ContextMap(map: map, tables: tables))
        }
        return TypeStatistics(planes: planes, maps: maps)
    }
}

/// All statistics of a delta, ready for decoding.
struct Statistics {
    /// By type: the planes, and by context the number of the table.
    private(set) var types: [ElementType: (planes: BlockPlanes, map: [UInt16])] = [:]
    private(set) var tables = DecodingTables()

    /// Reads the size of all statistics and one zstd frame of them.
    init(parsing cursor: inout DeltaCursor) throws(DeltaError) {
        let size = try cursor.count(.tables, limit: DeltaLimits.statistics)
        let start = cursor.offset
        let frame = try cursor.section(.tables, limit: DeltaLimits.compressed)
        guard let unpacked = Zstandard.decompress(cursor.bytes.extracting(frame), count: size) else {
            throw .malformed(.compression(.tables), offset: start)
        }
        do {
            try read(unpacked)
        } catch .malformed(let problem, _) {
            // Where the frame stands: what is inside has no offset in the delta.
            throw .malformed(problem, offset: start)
        }
    }

    private mutating func read(_ unpacked: [UInt8]) throws(DeltaError) {
        var cursor = unsafe DeltaCursor(unpacked.span.bytes)  // Bytes have no padding.
        var count = 0
        while cursor.remaining > 0 {
            let statistics = try cursor.statistics()
            let type = statistics.planes.form.type
            guard types[type] == nil else { throw .malformed(.elementType(type.rawValue), offset: 0) }
            types[type] = (statistics.planes, statistics.numbers(from: count))
            for table in statistics.maps.flatMap(\.tables) {
                tables.append(table)
                count += 1
            }
            guard count <= DeltaLimits.tables else {
                throw .malformed(.tooLong(.tables, found: UInt64(count), limit: DeltaLimits.tables), offset: 0)
            }
        }
    }
}
