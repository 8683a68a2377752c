/// Turns rows of blocks into symbols, in the order in which a reader needs them.
struct PieceSymbols: ~Copyable {
    private let model: RowModel
    private let update: LowRankUpdate?
    private let rowBytes: Int
    private let symbols: Buffer<UInt8>
    /// The extra bits of the fp16 numbers so far.
    private(set) var extra = BitWriter()

    /// With `map` the contexts become what it says; see `RowModel`.
    init(_ planes: BlockPlanes, map: [UInt16], columns: [UInt8], update: LowRankUpdate?, rowBytes: Int) {
        model = RowModel(planes, map: map, columns: columns, isUpdated: update != nil)
        self.update = update
        self.rowBytes = rowBytes
        symbols = Buffer(model.tables.count)
    }

    /// Tells `each` about every call of the decoder. `levels` are those of the rows, under their numbers.
    mutating func read(old: RawSpan, new: RawSpan, levels: ArraySlice<UInt8>, each: (borrowing SymbolRun) -> Void) {
        precondition(old.byteCount == new.byteCount && old.byteCount == levels.count * rowBytes)
        extra = BitWriter()
        let moves = RowMoves(update, rows: levels.startIndex..<levels.endIndex)
        unsafe old.withUnsafeBytes { oldBuffer in
            unsafe new.withUnsafeBytes { newBuffer in
                // Both hold a whole row for each level.
                guard let old = unsafe oldBuffer.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    let new = unsafe newBuffer.baseAddress?.assumingMemoryBound(to: UInt8.self)
                else { return }
                for stage in Stage.allCases {
                    for (row, level) in levels.enumerated() where level != NoiseLevels.unchanged {
                        let count = unsafe read(stage, old + row * rowBytes, new + row * rowBytes, moves[row], level)
                        let plane = plane(of: stage)
                        // Both buffers have room for a row, and stay while `each` runs.
                        each(unsafe SymbolRun(plane, model.tables.start, symbols.start, count: count))
                    }
                }
            }
        }
        extra.finish()
    }

    private enum Stage: CaseIterable {
        case halves, scaleCodes, codes
    }

    private func plane(of stage: Stage) -> BlockPlanes.Plane {
        switch stage {
        case .halves: model.planes.halves
        case .scaleCodes: model.planes.scaleCodes
        case .codes: model.planes.codes
        }
    }

    private mutating func read(
        _ stage: Stage, _ old: UnsafePointer<UInt8>, _ new: UnsafePointer<UInt8>, _ move: RowMoves.Row?,
        _ level: UInt8
    ) -> Int {
        switch stage {
        case .halves:
            let count = unsafe model.findHalves(old: old, move: move, level: level)
            unsafe readHalves(new)
            return count
        case .scaleCodes:
            let count = unsafe model.findScaleCodes(old: old, new: new, level: level)
            if count > 0 { unsafe readNew(new, each: model.form.scaleCodeCount, bits: model.form.scaleCodeBits) }
            return count
        case .codes:
            let count = unsafe model.findCodes(old: old, new: new, move: move, level: level)
            unsafe readNew(new, each: model.form.elements, bits: model.form.codeBits)
            return count
        }
    }

    private mutating func readHalves(_ new: UnsafePointer<UInt8>) {
        let form = model.form
        var place = 0
        for block in 0..<model.blocks {
            for index in form.halves.indices {
                let half = HalfSymbol(
                    from: unsafe model.halfFloors.start[place],
                    to: unsafe form.half(index, of: new + block * form.blockBytes))
                unsafe symbols.start[place] = half.symbol
                extra.append(half.extra, bits: half.extraBits)
                place += 1
            }
        }
    }

    /// Reads the new row's codes and takes the floors off them.
    private func readNew(_ new: UnsafePointer<UInt8>, each count: Int, bits: Int) {
        let form = model.form
        let blocks = model.blocks
        let symbols = unsafe symbols.start, floors = unsafe model.floors.start
        for block in 0..<blocks {
            let source = unsafe new + block * form.blockBytes, target = unsafe symbols + block * count
            if count == form.elements {
                unsafe form.readCodes(of: source, into: target)
            } else {
                unsafe form.readScaleCodes(of: source, into: target)
            }
        }
        let last = UInt8(1 << bits - 1)
        for index in 0..<blocks * count { unsafe symbols[index] = (symbols[index] &- floors[index]) & last }
    }
}

/// The symbols of one call of the decoder, each with the number of its table.
@safe struct SymbolRun: ~Copyable {
    let plane: BlockPlanes.Plane
    let count: Int
    private let tables: UnsafePointer<UInt16>
    private let symbols: UnsafePointer<UInt8>

    /// The memory must stay until the run is gone.
    @unsafe init(
        _ plane: BlockPlanes.Plane, _ tables: UnsafePointer<UInt16>, _ symbols: UnsafePointer<UInt8>, count: Int
    ) {
        self.plane = plane
        self.count = count
        unsafe self.tables = unsafe tables
        unsafe self.symbols = unsafe symbols
    }

    /// `index` must be below the count.
    subscript(index: Int) -> (table: UInt16, symbol: UInt8) { unsafe (tables[index], symbols[index]) }
}
