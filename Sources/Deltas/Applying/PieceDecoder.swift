/// Some rows of a quantized tensor on their way from the base to the result.
struct PieceDecoder {
    let statistics: Statistics
    let tensor: BlockTensor
    /// Noise levels of the tensor's columns.
    let columns: [UInt8]
    let update: LowRankUpdate?
    /// The piece's first row.
    var firstRow = 0

    /// Decodes the piece that the cursor stands at; `old` has as many rows as the piece.
    func decode(_ cursor: inout DeltaCursor, old: RawSpan) throws(DeltaError) -> [UInt8] {
        let start = cursor.offset
        let rows = old.byteCount / tensor.rowBytes
        let levelBytes = try cursor.section(.levels, limit: DeltaLimits.compressed)
        let bits = try cursor.section(.extraBits, limit: DeltaLimits.compressed)
        let symbolStart = cursor.offset
        let symbols = try cursor.section(.symbols, limit: 2 * DeltaLimits.compressed)
        guard let levels = Zstandard.decompress(cursor.bytes.extracting(levelBytes), count: rows) else {
            throw .malformed(.compression(.levels), offset: start)
        }
        guard let (planes, map) = statistics.types[tensor.type] else {
            throw .malformed(.elementType(tensor.type.rawValue), offset: start)
        }
        guard let decoder = SymbolDecoder(cursor.bytes.extracting(symbols)) else {
            throw .malformed(.coding, offset: symbolStart)
        }
        var work = PieceWork(
            model: RowModel(planes, map: map, columns: columns, isUpdated: update != nil),
            moves: RowMoves(update, rows: firstRow..<firstRow + rows), levels: levels, rowBytes: tensor.rowBytes,
            decoder: decoder, extra: BitReader(cursor.bytes.array(bits)))
        var new = [UInt8](repeating: 0, count: old.byteCount)
        let input = cursor.bytes.extracting(symbols)
        // `old` and `new` hold whole rows, one for each level.
        let isGood = unsafe old.withUnsafeBytes { old in
            unsafe new.withUnsafeMutableBufferPointer { new in
                unsafe statistics.tables.entries.withUnsafeBufferPointer { entries in
                    guard let old = unsafe old.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        let new = new.baseAddress, let entries = entries.baseAddress
                    else { return false }
                    return unsafe work.run(old: old, new: new, input: input, entries: entries)
                }
            }
        }
        guard isGood else { throw .malformed(.coding, offset: symbolStart) }
        return new
    }
}

/// The decoding of a piece: all fp16 numbers first, then all scale codes, then the codes.
private struct PieceWork: ~Copyable {
    let model: RowModel
    let moves: RowMoves
    let levels: [UInt8]
    let rowBytes: Int
    var decoder: SymbolDecoder
    var extra: BitReader
    /// A row's symbols; then its codes.
    private let symbols: Buffer<UInt8>

    init(
        model: consuming RowModel, moves: consuming RowMoves, levels: [UInt8], rowBytes: Int, decoder: SymbolDecoder,
        extra: BitReader
    ) {
        symbols = Buffer(model.tables.count)
        self.model = model
        self.moves = moves
        self.levels = levels
        self.rowBytes = rowBytes
        self.decoder = decoder
        self.extra = extra
    }

    /// False if the symbols lead nowhere or don't end where their bytes do.
    mutating func run(
        old: UnsafePointer<UInt8>, new: UnsafeMutablePointer<UInt8>, input: RawSpan,
        entries: UnsafePointer<UInt32>
    ) -> Bool {
        let form = model.form
        for (row, level) in levels.enumerated() {
            let old = unsafe old + row * rowBytes, new = unsafe new + row * rowBytes
            if level == NoiseLevels.unchanged {
                unsafe new.update(from: old, count: rowBytes)
                continue
            }
            let count = unsafe model.findHalves(old: old, move: moves[row], level: level)
            unsafe decode(count, input, entries)
            var place = 0
            for block in 0..<model.blocks {
                for index in form.halves.indices {
                    let (before, symbol) = unsafe (model.halfFloors.start[place], symbols.start[place])
                    place += 1
                    guard let bits = extra.next(HalfSymbol.extraBits(of: symbol)),
                        let after = HalfSymbol.apply(symbol, extra: bits, to: before)
                    else { return false }
                    unsafe form.setHalf(index, of: new + block * form.blockBytes, to: after)
                }
            }
        }
        if form.scaleCodeCount > 0 {
            for (row, level) in levels.enumerated() where level != NoiseLevels.unchanged {
                let old = unsafe old + row * rowBytes, new = unsafe new + row * rowBytes
                let count = unsafe model.findScaleCodes(old: old, new: new, level: level)
                unsafe decode(count, input, entries)
                addFloors(count, last: UInt8(1 << form.scaleCodeBits - 1))
                for block in 0..<model.blocks {
                    let codes = unsafe symbols.start + block * form.scaleCodeCount
                    unsafe form.writeScaleCodes(codes, to: new + block * form.blockBytes)
                }
            }
        }
        for (row, level) in levels.enumerated() where level != NoiseLevels.unchanged {
            let old = unsafe old + row * rowBytes, new = unsafe new + row * rowBytes
            let count = unsafe model.findCodes(old: old, new: new, move: moves[row], level: level)
            unsafe decode(count, input, entries)
            addFloors(count, last: UInt8(form.lastCode))
            for block in 0..<model.blocks {
                unsafe form.writeCodes(symbols.start + block * form.elements, to: new + block * form.blockBytes)
            }
        }
        return decoder.isFinished && extra.isFinished
    }

    private mutating func decode(_ count: Int, _ input: RawSpan, _ entries: UnsafePointer<UInt32>) {
        // The model has `count` tables, each of them within `entries`: the map from contexts was checked. And `symbols` as much room.
        let tables = unsafe UnsafeBufferPointer(start: model.tables.start, count: count)
        unsafe decoder.decode(input, tables: tables, entries: entries, into: symbols.start)
    }

    private func addFloors(_ count: Int, last: UInt8) {
        let symbols = unsafe symbols.start, floors = unsafe model.floors.start
        let whole = count / 16 * 16
        let target = UnsafeMutableRawPointer(symbols), addend = UnsafeRawPointer(floors)
        for place in stride(from: 0, to: whole, by: 16) {
            // Within the first `count` bytes of both.
            let sums =
                unsafe target.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
                &+ addend.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
            unsafe target.storeBytes(of: sums & last, toByteOffset: place, as: SIMD16<UInt8>.self)
        }
        for index in whole..<count { unsafe symbols[index] = (symbols[index] &+ floors[index]) & last }
    }
}
