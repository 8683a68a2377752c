/// Tells in which contexts the numbers of a row of blocks are coded, given the old row and what is known of the new.
///
/// The maker and the reader of a delta run this same code; `tables` and `floors` hold the answer to the last question.
/// Rows have `blocks` blocks each. Where a tensor has an update, `moves` says how far each number of the row went by it.
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
    private let codeContexts: CodeContexts
    private let scaleContexts: CodeContexts
    // Room for one block.
    private let codes: Buffer<UInt8>
    private let oldScales: Buffer<UInt8>
    private let newScales: Buffer<UInt8>
    private let lastCode: Int
    /// Room for one group: where each old code lies among the new ones, in eighths.
    private let eighths: Buffer<Int16>
    /// Room for the noise of one group, as the first of its contexts.
    private let noises: Buffer<Int16>
    /// By code, for codes of few bits: its context apart from the noise, and from bit 16 on its floor.
    private let placed = Buffer<UInt32>(16)

    /// `columns` has a level for each element of a row.
    init(_ planes: BlockPlanes, map: [UInt16], columns: [UInt8]) {
        let form = planes.form
        precondition(map.count == planes.contexts && columns.count.isMultiple(of: form.elements))
        self.planes = planes
        self.form = form
        lastCode = form.lastCode
        blocks = columns.count / form.elements
        let room = max(columns.count, blocks * form.scaleCodeCount)
        tables = Buffer(room)
        floors = Buffer(room)
        halfFloors = Buffer(blocks * form.halves.count)
        self.map = Buffer(map)
        self.columns = Buffer(columns.map { Int16($0) })
        codeContexts = CodeContexts(bits: form.codeBits, first: form.firstCode)
        scaleContexts = CodeContexts(bits: form.scaleCodeBits, first: 0)
        codes = Buffer(form.elements)
        oldScales = Buffer(form.scaleCodeCount)
        newScales = Buffer(form.scaleCodeCount)
        noises = Buffer(form.group)
        eighths = Buffer(form.group)
    }

    /// The fp16 numbers of each block in turn; returns how many there are.
    func findHalves(old: UnsafePointer<UInt8>, moves: UnsafePointer<Float>?, level: UInt8) -> Int {
        var place = 0
        for block in 0..<blocks {
            let old = unsafe old + block * form.blockBytes
            for index in form.halves.indices {
                let half = unsafe form.half(index, of: old)
                let noise = Context.noise(
                    row: Int(level), column: NoiseLevels.columnBias, quarterLog: quarterLog2(double(ofHalf: half)))
                unsafe tables.start[place] = map.start[index * Context.halves + noise]
                unsafe halfFloors.start[place] = half
                if form.scaleFollows != nil, let moves = unsafe moves {
                    unsafe halfFloors.start[place] = movedScale(of: old, moves + block * form.elements)
                }
                place += 1
            }
        }
        return place
    }

    /// The scale of a block whose numbers have moved: it goes with the one that is farthest from 0, the positive one of two.
    private func movedScale(of old: UnsafePointer<UInt8>, _ moves: UnsafePointer<Float>) -> UInt16 {
        let step = unsafe form.step(0, of: old, scaleCodes: oldScales.start)
        let scale = Float(step.scale), offset = Float(step.offset)
        unsafe form.readCodes(of: old, into: codes.start)
        let codes = unsafe UnsafeRawPointer(codes.start), moves = unsafe UnsafeRawPointer(moves)
        var before = Extremes(), after = Extremes()
        for place in stride(from: 0, to: form.elements, by: 8) {
            // Eight codes and as many moves are within the block's.
            let bytes = unsafe codes.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt8>.self)
            let numbers = scale * SIMD8<Float>(SIMD8<Int32>(truncatingIfNeeded: bytes)) + offset
            before.add(numbers)
            after.add(unsafe numbers + moves.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self))
        }
        guard before.farthest != 0 else { return unsafe form.half(0, of: old) }
        let ratio = after.farthest / before.farthest
        return Float16(scale * (form.scaleFollows == .magnitude ? abs(ratio) : ratio)).bitPattern
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
                    let found = scaleContexts.place(code, mapping)
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
        old: UnsafePointer<UInt8>, new: UnsafePointer<UInt8>, moves: UnsafePointer<Float>?, level: UInt8
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
                findNoises(first, row: Int(level), quarterLog: quarterLog2(after.scale))
                let mapping = CodeMapping(from: before, to: after), within = group * form.group
                if let moves = unsafe moves {
                    unsafe findEighths(codes.start + within, mapping, moves: moves + first, scale: after.scale)
                    findByEighths(first, within)
                } else {
                    findGroup(first, within, mapping)
                }
            }
        }
        return blocks * form.elements
    }

    /// The noise of each element of a group that begins at `first`.
    private func findNoises(_ first: Int, row: Int, quarterLog: Int) {
        // The same as `Context.noise`, eight at a time; logarithms of 0 and of huge scales stay within Int16 by this.
        let shared = min(max(row - NoiseLevels.rowBias - NoiseLevels.columnBias - quarterLog + 25, -8192), 8192)
        let columns = unsafe UnsafeRawPointer(columns.start + first),
            target = unsafe UnsafeMutableRawPointer(noises.start)
        for place in stride(from: 0, to: 2 * form.group, by: 16) {
            // A group has 16 or 32 elements, so that these are all within it.
            let levels = unsafe columns.loadUnaligned(fromByteOffset: place, as: SIMD8<Int16>.self)
            let noises = ((levels &+ Int16(shared)) &>> 1).clamped(
                lowerBound: SIMD8(repeating: 0), upperBound: SIMD8(repeating: Int16(Context.noises - 1)))
            unsafe target.storeBytes(of: noises &* Int16(Context.perNoise), toByteOffset: place, as: SIMD8<Int16>.self)
        }
    }

    private func findGroup(_ first: Int, _ within: Int, _ mapping: CodeMapping) {
        let contexts = unsafe map.start + planes.codes.contexts.lowerBound
        let tables = unsafe tables.start + first, floors = unsafe floors.start + first
        let codes = unsafe codes.start + within, noises = unsafe noises.start
        if mapping.isIdentity {
            for index in 0..<form.group {
                let noise = unsafe Int(noises[index]) / Context.perNoise
                unsafe tables[index] = contexts[Context.identity + noise]
            }
            let source = UnsafeRawPointer(codes), target = UnsafeMutableRawPointer(floors)
            for place in stride(from: 0, to: form.group, by: 16) {
                // A group has 16 or 32 elements.
                let codes = unsafe source.loadUnaligned(fromByteOffset: place, as: SIMD16<UInt8>.self)
                unsafe target.storeBytes(of: codes, toByteOffset: place, as: SIMD16<UInt8>.self)
            }
        } else if form.codeBits <= 4 {
            // Fewer codes than elements: find each code's place once.
            let placed = unsafe placed.start
            findPlaces(mapping)
            for index in 0..<form.group {
                let found = unsafe placed[Int(codes[index])]
                unsafe tables[index] = contexts[Int(noises[index]) &+ Int(found & 0xffff)]
                unsafe floors[index] = UInt8(truncatingIfNeeded: found >> 16)
            }
        } else {
            unsafe findEighths(codes, mapping)
            findByEighths(first, within)
        }
    }

    /// The codes of a group by where they lie, in eighths.
    private func findByEighths(_ first: Int, _ within: Int) {
        let contexts = unsafe map.start + planes.codes.contexts.lowerBound
        let tables = unsafe tables.start + first, floors = unsafe floors.start + first
        let codes = unsafe codes.start + within, noises = unsafe noises.start
        let eighths = unsafe eighths.start, classes = unsafe codeContexts.classes.start
        for index in 0..<form.group {
            let code = unsafe codes[index]
            if Int(code) == lastCode || Int(code) == codeContexts.first {
                let found = unsafe codeContexts.place(code, Int32(eighths[index]) << 9)
                unsafe tables[index] = contexts[Int(noises[index]) &+ found.context]
                unsafe floors[index] = found.floor
            } else {
                let place = unsafe Int(eighths[index])
                unsafe tables[index] = contexts[Int(noises[index]) &+ Int(classes[place &+ 8])]
                unsafe floors[index] = UInt8(truncatingIfNeeded: place >> 3)
            }
        }
    }

    /// As `CodeContexts.place` finds them, eight at a time; where numbers have moved, so have their codes.
    private func findEighths(
        _ codes: UnsafePointer<UInt8>, _ mapping: CodeMapping, moves: UnsafePointer<Float>? = nil, scale: Double = 0
    ) {
        let source = unsafe UnsafeRawPointer(codes), target = unsafe UnsafeMutableRawPointer(eighths.start)
        let moves = unsafe moves.map { unsafe UnsafeRawPointer($0) }
        let perMove = scale == 0 ? 0 : Float(4096 / scale)
        let slope = SIMD8(repeating: mapping.slope), shift = SIMD8(repeating: mapping.shift)
        let low = SIMD8<Int32>(repeating: -8), high = SIMD8(repeating: Int32(8 * lastCode + 7))
        for place in stride(from: 0, to: form.group, by: 8) {
            // A group has 16 or 32 elements, so that these are all within it, and within its moves.
            let codes = unsafe source.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt8>.self)
            var positions = slope &* SIMD8<Int32>(truncatingIfNeeded: codes) &+ shift
            if let moves = unsafe moves {
                let moved = unsafe moves.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
                positions &+= (moved * perMove).rounded(within: 0x1p20)
            }
            let held = SIMD8<Int16>(truncatingIfNeeded: (positions &>> 9).clamped(lowerBound: low, upperBound: high))
            unsafe target.storeBytes(of: held, toByteOffset: 2 * place, as: SIMD8<Int16>.self)
        }
    }

    /// The place of every code there is, of at most four bits.
    private func findPlaces(_ mapping: CodeMapping) {
        let placed = unsafe placed.start
        if form.isLadder {
            for code in 0..<16 {
                let found = codeContexts.place(UInt8(code), iq4Position(code, mapping.slope))
                unsafe placed[code] = UInt32(found.floor) << 16 | UInt32(found.context)
            }
            return
        }
        // As `CodeContexts.place` does it for so few codes, where every floor has a class of its own.
        let top = Int32(8 * lastCode + 7)
        for code in 0..<16 {
            let eighths = min(max((mapping.slope &* Int32(code) &+ mapping.shift) >> 9, -8), top)
            let floor = UInt8(truncatingIfNeeded: eighths >> 3)
            unsafe placed[code] = UInt32(floor) << 16 | UInt32(truncatingIfNeeded: eighths + 8)
        }
        for code in [0, lastCode] {
            let found = codeContexts.place(UInt8(code), mapping)
            unsafe placed[code] = UInt32(found.floor) << 16 | UInt32(found.context)
        }
    }
}

/// The largest and the least of some numbers and 0.
private struct Extremes {
    private var highest = SIMD8<Float>()
    private var lowest = SIMD8<Float>()
    private var indices: Range<Int> { highest.indices }

    mutating func add(_ numbers: SIMD8<Float>) {
        // What pointwiseMax and pointwiseMin do, which take many times as long.
        highest.replace(with: numbers, where: numbers .> highest)
        lowest.replace(with: numbers, where: numbers .< lowest)
    }

    var farthest: Float {
        let (high, low) = (indices.reduce(0) { max($0, highest[$1]) }, indices.reduce(0) { min($0, lowest[$1]) })
        return high >= -low ? high : low
    }
}

extension SIMD8<Float> {
    /// Whole numbers, the nearest ones (ties to even), after holding all within ±`limit`, which is at most 2^21.
    fileprivate func rounded(within limit: Float) -> SIMD8<Int32> {
        // At 1.5 · 2^23 and above a Float's last bit is 1.
        let shifted = clamped(lowerBound: SIMD8(repeating: -limit), upperBound: SIMD8(repeating: limit)) + 0x1.8p23
        return unsafe unsafeBitCast(shifted, to: SIMD8<Int32>.self) &- Int32(bitPattern: 0x4b40_0000)
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
