/// Tells in which contexts the numbers of a row of blocks are coded, given the old row and what is known of the new.
///
/// The maker and the reader of a delta run this same code; `tables` and `floors` hold the answer to the last question.
struct RowModel {
    let planes: BlockPlanes
    let blocks: Int
    /// By context, the number that `tables` gets: the number of its table, or its own.
    private let map: [UInt16]
    /// Noise levels of the columns.
    private let columns: [UInt8]
    private(set) var tables: [UInt16]
    private(set) var floors: [UInt8]
    private var scratch: Scratch
    private let codeContexts: CodeContexts
    private let scaleContexts: CodeContexts

    /// Room for one block of each file.
    private struct Scratch {
        var codes: [UInt8]
        var oldScales: [UInt8]
        var newScales: [UInt8]
    }

    var form: BlockForm { planes.form }

    /// `columns` has a level for each element of a row.
    init(_ planes: BlockPlanes, map: [UInt16], columns: [UInt8]) {
        precondition(map.count == planes.contexts && columns.count.isMultiple(of: planes.form.elements))
        self.planes = planes
        self.map = map
        self.columns = columns
        let form = planes.form
        blocks = columns.count / form.elements
        let room = max(columns.count, blocks * form.scaleCodeCount)
        tables = [UInt16](repeating: 0, count: room)
        floors = [UInt8](repeating: 0, count: room)
        scratch = Scratch(
            codes: [UInt8](repeating: 0, count: form.elements),
            oldScales: [UInt8](repeating: 0, count: form.scaleCodeCount + 1),
            newScales: [UInt8](repeating: 0, count: form.scaleCodeCount + 1))
        codeContexts = CodeContexts(bits: form.codeBits, first: form.firstCode)
        scaleContexts = CodeContexts(bits: form.scaleCodeBits, first: 0)
    }

    /// The fp16 numbers of each block in turn; returns how many there are.
    mutating func findHalves(old: UnsafePointer<UInt8>, level: UInt8) -> Int {
        let form = form
        var place = 0
        for block in 0..<blocks {
            for index in form.halves.indices {
                let value = unsafe double(ofHalf: form.half(index, of: old + block * form.blockBytes))
                let noise = Context.noise(
                    row: Int(level), column: NoiseLevels.columnBias, quarterLog: quarterLog2(value))
                tables[place] = map[index * Context.halves + noise]
                place += 1
            }
        }
        return place
    }

    /// The scale codes of each block in turn; the new row's fp16 numbers must be there.
    mutating func findScaleCodes(old: UnsafePointer<UInt8>, new: UnsafePointer<UInt8>, level: UInt8) -> Int {
        let form = form
        let count = form.scaleCodeCount
        guard count > 0 else { return 0 }
        for block in 0..<blocks {
            let old = unsafe old + block * form.blockBytes, new = unsafe new + block * form.blockBytes
            unsafe scratch.oldScales.withUnsafeMutableBufferPointer { buffer in
                // There is room for `scaleCodeCount` numbers.
                if let start = buffer.baseAddress { unsafe form.readScaleCodes(of: old, into: start) }
            }
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
                    let code = scratch.oldScales[index]
                    let (floor, context) = place(code, mapping, noise, scaleContexts)
                    tables[block * count + index] = map[base + context]
                    floors[block * count + index] = floor
                }
            }
        }
        return blocks * count
    }

    private func place(
        _ code: UInt8, _ mapping: CodeMapping, _ noise: Int, _ contexts: CodeContexts
    ) -> (floor: UInt8, context: Int) {
        if mapping.isIdentity { return (code, Context.noises * Context.perNoise + noise) }
        let found = contexts.place(code, mapping.slope &* Int32(code) &+ mapping.shift)
        return (found.floor, noise * Context.perNoise + found.context)
    }

    /// The codes of each block in turn; all else of the new row must be there.
    mutating func findCodes(old: UnsafePointer<UInt8>, new: UnsafePointer<UInt8>, level: UInt8) -> Int {
        let form = form
        for block in 0..<blocks {
            let oldBlock = unsafe old + block * form.blockBytes, newBlock = unsafe new + block * form.blockBytes
            unsafe readSteps(oldBlock, newBlock)
            for group in 0..<form.groups {
                let (before, after) = unsafe steps(group, oldBlock, newBlock)
                let mapping = CodeMapping(from: before, to: after)
                let log = quarterLog2(after.scale)
                let first = block * form.elements + group * form.group
                findGroup(first, group * form.group, mapping, row: Int(level), quarterLog: log)
            }
        }
        return blocks * form.elements
    }

    private mutating func readSteps(_ old: UnsafePointer<UInt8>, _ new: UnsafePointer<UInt8>) {
        let form = form
        // Each has room for what is read into it.
        unsafe scratch.codes.withUnsafeMutableBufferPointer {
            if let start = $0.baseAddress { unsafe form.readCodes(of: old, into: start) }
        }
        guard form.scaleCodeCount > 0 else { return }
        unsafe scratch.oldScales.withUnsafeMutableBufferPointer {
            if let start = $0.baseAddress { unsafe form.readScaleCodes(of: old, into: start) }
        }
        unsafe scratch.newScales.withUnsafeMutableBufferPointer {
            if let start = $0.baseAddress { unsafe form.readScaleCodes(of: new, into: start) }
        }
    }

    private func steps(
        _ group: Int, _ old: UnsafePointer<UInt8>, _ new: UnsafePointer<UInt8>
    ) -> (AffineStep, AffineStep) {
        (
            unsafe form.step(group, of: old, scaleCodes: scratch.oldScales),
            unsafe form.step(group, of: new, scaleCodes: scratch.newScales)
        )
    }

    private mutating func findGroup(_ first: Int, _ within: Int, _ mapping: CodeMapping, row: Int, quarterLog: Int) {
        let base = planes.codes.contexts.lowerBound
        for index in 0..<form.group {
            let code = scratch.codes[within + index]
            let noise = Context.noise(row: row, column: Int(columns[first + index]), quarterLog: quarterLog)
            let context: Int
            if form.type == .iq4_nl, !mapping.isIdentity {
                let found = codeContexts.place(code, iq4Position(code, mapping.slope))
                context = noise * Context.perNoise + found.context
                floors[first + index] = found.floor
            } else {
                let found = place(code, mapping, noise, codeContexts)
                context = found.context
                floors[first + index] = found.floor
            }
            tables[first + index] = map[base + context]
        }
    }
}

/// Where an IQ4_NL code's number lies among the new block's codes, in 4096ths: between rungs, in proportion.
func iq4Position(_ code: UInt8, _ slope: Int32) -> Int32 {
    let value = Int(slope) * Int(iq4Ladder[Int(code & 15)])
    var below = 0
    while below < 14, Int(iq4Ladder[below + 1]) << 12 <= value { below += 1 }
    let start = Int(iq4Ladder[below]), width = Int(iq4Ladder[below + 1]) - start
    let within = (value - start << 12) / width
    return Int32(below << 12 + min(max(within, -8192), 8192))
}
