import Tensors

/// Keeps the scales and codes of an older version's rows where the new floats allow it, so that the delta between the
/// two versions is small. What it does depends on one row alone.
package struct RowAnchor: ~Copyable {
    private let form: BlockForm
    private let blocks: Int
    private let tolerance: AnchorTolerance
    private let oldCodes: Buffer<UInt8>
    private let scaleCodes: Buffer<UInt8>
    /// The row's codes by the old scales.
    private let newCodes: Buffer<UInt8>
    private var candidates: [Candidate]
    private var groups: [AnchoredGroup] = []

    /// A block, and what comes of it with the old scales.
    private struct Candidate {
        /// The squared error of the fresh block.
        var fresh = 0.0
        /// The most that it may grow by.
        var limit = 0.0
        /// The most that it may grow by for codes staying where they were.
        var budget = 0.0
        /// What it grows by with the old scales, so far.
        var growth = 0.0
        var isAnchored = false
        /// The codes that moved by one stride.
        var changes: [AnchoredGroup.Change] = []
    }

    /// nil for types that aren't made of blocks. Rows have `rowElements` numbers, in whole blocks.
    package init?(_ type: ElementType, rowElements: Int, tolerance: AnchorTolerance) {
        guard let form = BlockForm(type) else { return nil }
        self.form = form
        self.tolerance = tolerance
        blocks = rowElements / form.elements
        oldCodes = Buffer(form.elements)
        newCodes = Buffer(rowElements)
        scaleCodes = Buffer(form.scaleCodeCount)
        candidates = [Candidate](repeating: Candidate(), count: blocks)
    }

    /// Changes `row`, which a quantizer has made of `floats`, towards `old`; all three are one whole row.
    package mutating func settle(_ row: inout MutableRawSpan, at offset: Int, old: RawSpan, floats: RawSpan) {
        let rowBytes = blocks * form.blockBytes
        precondition(old.byteCount == rowBytes && floats.byteCount == 4 * blocks * form.elements)
        precondition(offset >= 0 && offset + rowBytes <= row.byteCount)
        unsafe row.withUnsafeMutableBytes { row in
            unsafe old.withUnsafeBytes { old in
                unsafe floats.withUnsafeBytes { floats in
                    // A row each, as checked above; floats come aligned to their size, as arrays and mappings do.
                    guard let row = unsafe row.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        let old = unsafe old.baseAddress?.assumingMemoryBound(to: UInt8.self),
                        let floats = floats.baseAddress
                    else { return }
                    unsafe settle(row + offset, old, floats)
                }
            }
        }
    }

    private mutating func settle(
        _ row: UnsafeMutablePointer<UInt8>, _ old: UnsafePointer<UInt8>, _ floats: UnsafeRawPointer
    ) {
        var movement = 0.0
        for block in 0..<blocks {
            let place = block * form.blockBytes
            let floats = unsafe floats + 4 * block * form.elements
            var square = 0.0
            for index in 0..<form.elements {
                let weight = unsafe Self.float(floats, index)
                square += weight * weight
            }
            var candidate = Candidate()
            candidate.fresh = unsafe error(of: row + place, floats)
            candidate.limit = tolerance.limit(weights: square)
            movement += unsafe error(of: old + place, floats) - candidate.fresh
            candidates[block] = candidate
        }
        guard movement > 0 else { return }
        let budget = tolerance.budget(movement: movement)
        for block in 0..<blocks {
            candidates[block].budget = min(candidates[block].limit, budget / Double(blocks))
            unsafe recode(block, from: old + block * form.blockBytes, floats + 4 * block * form.elements)
        }
        keepOldCodes(anchor(within: budget))
        for block in 0..<blocks where candidates[block].isAnchored {
            let place = block * form.blockBytes
            unsafe write(row + place, newCodes.start + block * form.elements, scalesOf: old + place)
        }
    }

    /// Finds a block's codes for its old scales: as coarse as its budget allows.
    private mutating func recode(_ block: Int, from old: UnsafePointer<UInt8>, _ floats: UnsafeRawPointer) {
        unsafe form.readCodes(of: old, into: oldCodes.start)
        unsafe form.readScaleCodes(of: old, into: scaleCodes.start)
        let place = block * form.elements
        var coarseness = 1.0
        while true {
            groups.removeAll(keepingCapacity: true)
            var total = 0.0
            var isFinest = true
            for index in 0..<form.groups {
                let step = unsafe form.step(index, of: old, scaleCodes: scaleCodes.start)
                var group = AnchoredGroup(
                    step, isLadder: form.isLadder, codes: form.firstCode...form.lastCode,
                    error: coarseness * candidates[block].budget / Double(form.elements))
                let first = index * form.group
                unsafe group.choose(
                    floats + 4 * first, count: form.group, old: oldCodes.start + first,
                    new: newCodes.start + place + first, first: place + first)
                total += group.total
                isFinest = isFinest && group.stride == 1
                groups.append(group)
            }
            let growth = total - candidates[block].fresh
            if growth <= candidates[block].budget || isFinest {
                candidates[block].growth = growth
                candidates[block].changes = groups.flatMap(\.smallest)
                // What a stride costs is spent.
                if !isFinest { candidates[block].budget -= max(growth, 0) }
                return
            }
            coarseness /= 4
        }
    }

    /// Takes the old scales wherever that helps, and else where it harms least, while all blocks' errors together stay
    /// within `budget`; returns what is left of it for codes that stay.
    ///
    /// A scale fits by chance, the old one as well as the fresh one: over a row that comes to nothing.
    private mutating func anchor(within budget: Double) -> Double {
        var room = budget, smoothing = 0.0
        let byGrowth = candidates.indices.sorted { (candidates[$0].growth, $0) < (candidates[$1].growth, $1) }
        for block in byGrowth {
            let growth = candidates[block].growth
            guard growth <= room else { break }
            guard growth <= candidates[block].limit else { continue }
            room -= growth
            smoothing += candidates[block].budget
            candidates[block].isAnchored = true
        }
        return min(room, smoothing)
    }

    /// Takes back changes of codes, those that cost least first, as far as `room` goes.
    private mutating func keepOldCodes(_ budget: Double) {
        var room = budget
        var changes = candidates.filter(\.isAnchored).flatMap(\.changes)
        changes.sort { ($0.cost, $0.index) < ($1.cost, $1.index) }
        for change in changes {
            guard change.cost <= room else { return }
            let block = change.index / form.elements
            guard candidates[block].growth + change.cost <= candidates[block].limit else { continue }
            candidates[block].growth += change.cost
            room -= change.cost
            unsafe newCodes.start[change.index] = change.code
        }
    }

    /// Writes a block of the chosen codes and the old scales.
    private func write(
        _ block: UnsafeMutablePointer<UInt8>, _ codes: UnsafeMutablePointer<UInt8>, scalesOf old: UnsafePointer<UInt8>
    ) {
        unsafe form.readScaleCodes(of: old, into: scaleCodes.start)
        unsafe block.update(repeating: 0, count: form.blockBytes)
        for index in form.halves.indices { unsafe form.setHalf(index, of: block, to: form.half(index, of: old)) }
        if form.scaleCodeCount > 0 { unsafe form.writeScaleCodes(scaleCodes.start, to: block) }
        unsafe form.writeCodes(codes, to: block)
    }

    /// The squared error of a block against the floats.
    private func error(of block: UnsafePointer<UInt8>, _ floats: UnsafeRawPointer) -> Double {
        unsafe form.readCodes(of: block, into: oldCodes.start)
        unsafe form.readScaleCodes(of: block, into: scaleCodes.start)
        var sum = 0.0
        for group in 0..<form.groups {
            let step = unsafe form.step(group, of: block, scaleCodes: scaleCodes.start)
            for index in group * form.group..<(group + 1) * form.group {
                let code = unsafe oldCodes.start[index]
                let multiple = form.isLadder ? Double(iq4Ladder[Int(code)]) : Double(code)
                let error = unsafe Self.float(floats, index) - (step.scale * multiple + step.offset)
                sum += error * error
            }
        }
        return sum
    }

    @inline(__always)
    static func float(_ floats: UnsafeRawPointer, _ index: Int) -> Double {
        // The caller stays within the floats.
        Double(unsafe floats.loadUnaligned(fromByteOffset: 4 * index, as: Float.self))
    }
}
