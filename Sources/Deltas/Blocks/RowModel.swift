internal import CKernels

/// Tells in which contexts the numbers of a row of blocks are coded, given the old row and what is known of the new.
///
/// The maker and the reader of a delta run this same code; `tables` and `floors` hold the answer to the last question.
/// Rows have `blocks` blocks each. Where a tensor has an update, `move` says how far each number of the row went by it.
@safe struct RowModel: ~Copyable {
    let planes: BlockPlanes
    let form: BlockForm
    let blocks: Int
    /// For each number of the row, the table of its symbol.
    let tables: Buffer<UInt16>
    /// For each code of the row, what it is counted from.
    let floors: Buffer<UInt8>
    /// For each fp16 number of the row, what it is counted from.
    let halfFloors: Buffer<UInt16>
    /// By context, the number that `tables` gets: the number of its table, or its own.
    private let map: Buffer<UInt16>
    /// Noise levels of the columns.
    private let columns: Buffer<Int16>
    /// Of the form, where a look at it would copy all of it.
    private let group: Int
    private let hasFewCodes: Bool
    private let codePlaces: CodePlaces
    private let scalePlaces: CodePlaces
    // Room for one block.
    private let codes: Buffer<UInt8>
    private let oldScales: Buffer<UInt8>
    private let newScales: Buffer<UInt8>
    /// Room for the noise of one group, as the first of its contexts.
    private let noises: Buffer<Int16>
    /// What becomes of each code, where there are at most 16 of them.
    private let placed = Buffer(repeating: ck_placed_codes(), count: 1)

    /// `columns` has a level for each element of a row. Where the tensor has an update every row has its moves.
    init(_ planes: BlockPlanes, map: [UInt16], columns: [UInt8], isUpdated: Bool) {
        let form = planes.form
        precondition(map.count == planes.contexts && columns.count.isMultiple(of: form.elements))
        self.planes = planes
        self.form = form
        blocks = columns.count / form.elements
        let room = max(columns.count, blocks * form.scaleCodeCount)
        tables = Buffer(room)
        floors = Buffer(room)
        halfFloors = Buffer(blocks * form.halves.count)
        self.map = Buffer(map)
        self.columns = Buffer(columns.map { Int16($0) })
        codePlaces = CodePlaces(
            bits: form.codeBits, first: form.firstCode, grid: isUpdated ? UpdatedContext.grid : Context.grid)
        scalePlaces = CodePlaces(bits: form.scaleCodeBits, first: 0, grid: Context.grid)
        group = form.group
        hasFewCodes = form.codeBits <= 4
        codes = Buffer(form.elements)
        oldScales = Buffer(form.scaleCodeCount)
        newScales = Buffer(form.scaleCodeCount)
        noises = Buffer(form.group)
    }

    /// The fp16 numbers of each block in turn; returns how many there are.
    func findHalves(old: UnsafePointer<UInt8>, move: RowMoves.Row?, level: UInt8) -> Int {
        var place = 0
        for block in 0..<blocks {
            let old = unsafe old + block * form.blockBytes
            for index in form.halves.indices {
                let half = unsafe form.half(index, of: old)
                let noise = Context.noise(
                    row: Int(level), column: NoiseLevels.columnBias, quarterLog: quarterLog2(double(ofHalf: half)))
                var found = (half: half, context: index * Context.halves + noise)
                if form.scaleFollows != nil, let move = unsafe move {
                    unsafe form.readCodes(of: old, into: codes.start)
                    let step = unsafe form.step(0, of: old, scaleCodes: oldScales.start)
                    if let moved = unsafe MovedScale(
                        form, codes: codes.start, step: step, moves: move.moves + block * form.elements,
                        variance: move.variance)
                    {
                        found = (moved.half, Context.halves + moved.context)
                    }
                }
                unsafe tables.start[place] = map.start[found.context]
                unsafe halfFloors.start[place] = found.half
                place += 1
            }
        }
        return place
    }

    /// The scale codes of each block in turn; the new row's fp16 numbers must be there.
    func findScaleCodes(old: UnsafePointer<UInt8>, new: UnsafePointer<UInt8>, level: UInt8) -> Int {
        let count = form.scaleCodeCount
        guard count > 0 else { return 0 }
        for block in 0..<blocks {
            let old = unsafe old + block * form.blockBytes, new = unsafe new + block * form.blockBytes
            unsafe form.readScaleCodes(of: old, into: oldScales.start)
            for half in form.halves.indices {
                let before = unsafe double(ofHalf: form.half(half, of: old))
                let after = unsafe double(ofHalf: form.half(half, of: new))
                let bias = Double(form.scaleCodeBias)
                let mapping = CodeMapping(
                    from: AffineStep(scale: before, offset: -before * bias),
                    to: AffineStep(scale: after, offset: -after * bias))
                let noise = Context.noise(
                    row: Int(level), column: NoiseLevels.columnBias, quarterLog: quarterLog2(after))
                let base = planes.scaleCodes.contexts.lowerBound + half * Context.codes
                for index in 0..<count where form.half(ofScaleCode: index) == half {
                    let code = unsafe oldScales.start[index]
                    let found = scalePlaces.place(code, mapping)
                    let context =
                        mapping.isIdentity ? Context.identity + noise : noise * Context.perNoise + found.context
                    unsafe tables.start[block * count + index] = map.start[base + context]
                    unsafe floors.start[block * count + index] = found.floor
                }
            }
        }
        return blocks * count
    }

    /// The codes of each block in turn; all else of the new row must be there.
    func findCodes(
        old: UnsafePointer<UInt8>, new: UnsafePointer<UInt8>, move: RowMoves.Row?, level: UInt8
    ) -> Int {
        for block in 0..<blocks {
            let oldBlock = unsafe old + block * form.blockBytes, newBlock = unsafe new + block * form.blockBytes
            unsafe form.readCodes(of: oldBlock, into: codes.start)
            if form.scaleCodeCount > 0 {
                unsafe form.readScaleCodes(of: oldBlock, into: oldScales.start)
                unsafe form.readScaleCodes(of: newBlock, into: newScales.start)
            }
            for group in 0..<form.groups {
                let before = unsafe form.step(group, of: oldBlock, scaleCodes: oldScales.start)
                let after = unsafe form.step(group, of: newBlock, scaleCodes: newScales.start)
                let first = block * form.elements + group * form.group
                let mapping = CodeMapping(from: before, to: after), within = group * form.group
                if let move = unsafe move {
                    unsafe findUpdated(first, within, mapping, move, scale: after.scale)
                } else {
                    findGroup(first, within, mapping, row: Int(level), quarterLog: quarterLog2(after.scale))
                }
            }
        }
        return blocks * form.elements
    }

    private func findUpdated(
        _ first: Int, _ within: Int, _ mapping: CodeMapping, _ move: RowMoves.Row, scale: Double
    ) {
        let noise = unsafe UpdatedContext.noise(variance: move.variance, unit: scale, below: 10)
        let start = Int16(truncatingIfNeeded: Context.codes + noise * UpdatedContext.perNoise)
        unsafe noises.start.update(repeating: start, count: group)
        unsafe codePlaces.find(
            codes.start + within, count: group, mapping, moves: move.moves + first,
            perMove: Float(mapping.inverse), noises: noises.start,
            map: map.start + planes.codes.contexts.lowerBound, tables: tables.start + first,
            floors: floors.start + first)
    }

    private func findGroup(_ first: Int, _ within: Int, _ mapping: CodeMapping, row: Int, quarterLog: Int) {
        let contexts = unsafe map.start + planes.codes.contexts.lowerBound
        let tables = unsafe tables.start + first, floors = unsafe floors.start + first
        let codes = unsafe codes.start + within
        findNoises(first, row: row, quarterLog: quarterLog)
        let noises = unsafe noises.start
        if mapping.isIdentity {
            for index in 0..<group {
                let noise = unsafe Int(noises[index]) / Context.perNoise
                unsafe tables[index] = contexts[Context.identity + noise]
            }
            unsafe floors.update(from: codes, count: group)
        } else if hasFewCodes {
            // Fewer codes than elements: find each code's place once.
            findPlaces(mapping)
            unsafe ck_look_up_codes(placed.start, codes, Int32(group), noises, contexts, tables, floors)
        } else {
            unsafe codePlaces.find(
                codes, count: group, mapping, moves: nil, perMove: 0, noises: noises, map: contexts, tables: tables,
                floors: floors)
        }
    }

    /// The noise of each element of a group that begins at `first`.
    private func findNoises(_ first: Int, row: Int, quarterLog: Int) {
        // The same as `Context.noise`, eight at a time; logarithms of 0 and of huge scales stay within Int16 by this.
        let shared = min(max(row - NoiseLevels.rowBias - NoiseLevels.columnBias - quarterLog + 25, -8192), 8192)
        let columns = unsafe UnsafeRawPointer(columns.start + first),
            target = unsafe UnsafeMutableRawPointer(noises.start)
        let low = SIMD8<Int16>(), high = SIMD8(repeating: Int16(Context.noises - 1))
        for place in stride(from: 0, to: 2 * group, by: 16) {
            // A group has 16 or 32 elements, so that these are all within it.
            let levels = unsafe columns.loadUnaligned(fromByteOffset: place, as: SIMD8<Int16>.self)
            // What `clamped` does takes many times as long.
            var noises = (levels &+ Int16(shared)) &>> 1
            noises.replace(with: low, where: noises .< low)
            noises.replace(with: high, where: noises .> high)
            unsafe target.storeBytes(of: noises &* Int16(Context.perNoise), toByteOffset: place, as: SIMD8<Int16>.self)
        }
    }

    /// The place of every code there is, of at most four bits.
    private func findPlaces(_ mapping: CodeMapping) {
        guard form.isLadder else { return unsafe codePlaces.placeAll(mapping, into: placed.start) }
        // Places, then floors, as in `ck_placed_codes`.
        let bytes = unsafe UnsafeMutableRawBufferPointer(start: placed.start, count: MemoryLayout<ck_placed_codes>.size)
        for code in 0..<16 {
            let found = codePlaces.place(UInt8(truncatingIfNeeded: code), iq4Position(code, mapping.slope))
            unsafe bytes[code] = UInt8(truncatingIfNeeded: found.context)
            unsafe bytes[16 + code] = found.floor
        }
    }
}

/// Where an IQ4_NL code's number lies among the new block's codes, in 4096ths: between rungs, in proportion.
func iq4Position(_ code: Int, _ slope: Int32) -> Int32 {
    let value = Int(slope) * Int(iq4Ladder[code])
    var below = 0
    while below < 14, Int(iq4Ladder[below + 1]) << 12 <= value { below += 1 }
    let start = Int(iq4Ladder[below]), width = Int(iq4Ladder[below + 1]) - start
    let within = (value - start << 12) / width
    return Int32(below << 12 + min(max(within, -8192), 8192))
}
