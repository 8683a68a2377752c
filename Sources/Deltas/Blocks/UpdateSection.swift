import Tensors

/// An update as it stands in a delta: the rank, a unit and a spread for each component, and the symbols of both matrices.
struct UpdateSection {
    let units: [Float]
    let spreads: [UInt8]
    let symbols: Range<Int>
}

extension LowRankUpdate {
    /// All that comes before the symbols.
    func encodeHead(into bytes: inout [UInt8]) {
        bytes.append(UInt8(units.count))
        for (unit, spread) in zip(units, spreads) {
            bytes.append(littleEndian: unit.bitPattern)
            bytes.append(spread)
        }
    }

    /// The symbols: the left matrix, then the right one.
    var symbols: [UInt8] { (left + right).map { UInt8(bitPattern: $0) } }

    /// For each symbol of an update with such spreads its context's number, or what `map` makes of it.
    static func tables(_ planes: BlockPlanes, map: [UInt16], spreads: [UInt8], rows: Int, columns: Int) -> [UInt16] {
        let own = spreads.map { map[planes.updates.contexts.lowerBound + Int($0)] }
        return (0..<rows).flatMap { _ in own } + own.flatMap { repeatElement($0, count: columns) }
    }
}

extension DeltaCursor {
    /// The update of a matrix with so many rows and columns.
    @_lifetime(self: copy self)
    mutating func update(_ tensor: BlockTensor) throws(DeltaError) -> UpdateSection {
        let start = offset
        let rank = Int(try integer(UInt8.self))
        guard LowRankUpdate.ranks.contains(rank),
            tensor.rows + tensor.rowElements <= DeltaLimits.compressed / rank,
            BlockForm(tensor.type)?.isLadder == false
        else { throw .malformed(.invalid(.update), offset: start) }
        var units: [Float] = []
        var spreads: [UInt8] = []
        for _ in 0..<rank {
            let unit = Float(bitPattern: try integer(UInt32.self)), spread = try integer(UInt8.self)
            guard abs(unit) <= LowRankUpdate.greatestUnit, spread < UpdatedContext.spreads else {
                throw .malformed(.invalid(.update), offset: offset - 5)
            }
            units.append(unit)
            spreads.append(spread)
        }
        return UpdateSection(
            units: units, spreads: spreads, symbols: try section(.update, limit: 2 * DeltaLimits.compressed))
    }
}

extension Statistics {
    /// Decodes the symbols of a tensor's update.
    func update(_ section: UpdateSection, of tensor: BlockTensor, in delta: RawSpan) throws(DeltaError) -> LowRankUpdate
    {
        let start = section.symbols.lowerBound
        guard let (planes, map) = types[tensor.type] else {
            throw .malformed(.elementType(tensor.type.rawValue), offset: start)
        }
        let (rows, rank) = (tensor.rows, section.units.count)
        let ids = LowRankUpdate.tables(
            planes, map: map, spreads: section.spreads, rows: rows, columns: tensor.rowElements)
        let input = delta.extracting(section.symbols)
        var symbols = [UInt8](repeating: 0, count: ids.count)
        guard var decoder = SymbolDecoder(input) else { throw .malformed(.coding, offset: start) }
        unsafe ids.withUnsafeBufferPointer { ids in
            unsafe symbols.withUnsafeMutableBufferPointer { symbols in
                unsafe tables.entries.withUnsafeBufferPointer { entries in
                    guard let symbols = symbols.baseAddress, let entries = entries.baseAddress else { return }
                    // As many symbols as tables, and every table is there.
                    unsafe decoder.decode(input, tables: ids, entries: entries, into: symbols)
                }
            }
        }
        guard decoder.isFinished else { throw .malformed(.coding, offset: start) }
        let numbers = symbols.map { Int8(bitPattern: $0) }
        return LowRankUpdate(
            units: section.units, spreads: section.spreads, left: Array(numbers[..<(rows * rank)]),
            right: Array(numbers[(rows * rank)...]))
    }
}
