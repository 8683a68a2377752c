import Tensors

/// Keeps the scales and codes of an older version's rows where the new floats allow it, so that the delta between the
/// two versions is small. What it does depends on one row alone.
package struct RowAnchor: ~Copyable {
    private let form: BlockForm
    private let blocks: Int
    private let tolerance: AnchorTolerance
    private let oldCodes: Buffer<UInt8>
    private let newCodes: Buffer<UInt8>
    private let scaleCodes: Buffer<UInt8>
    /// By block: the squared error of the fresh codes, that of the old block, and the squared weights.
    private var fresh: [Double]
    private var kept: [Double]
    private var weights: [Double]
    private var groups: [AnchoredGroup] = []

    /// nil for types that aren't made of blocks. Rows have `rowElements` numbers, in whole blocks.
    package init?(_ type: ElementType, rowElements: Int, tolerance: AnchorTolerance) {
        guard let form = BlockForm(type) else { return nil }
        self.form = form
        self.tolerance = tolerance
        blocks = rowElements / form.elements
        oldCodes = Buffer(form.elements)
        newCodes = Buffer(form.elements)
        scaleCodes = Buffer(form.scaleCodeCount)
        fresh = [Double](repeating: 0, count: blocks)
        kept = fresh
        weights = fresh
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
        var moved = 0.0
        for block in 0..<blocks {
            let place = block * form.blockBytes
            let floats = unsafe floats + 4 * block * form.elements
            var square = 0.0
            for index in 0..<form.elements {
                let weight = unsafe Self.float(floats, index)
                square += weight * weight
            }
            weights[block] = square
            fresh[block] = unsafe error(of: row + place, floats)
            kept[block] = unsafe error(of: old + place, floats)
            moved += kept[block] - fresh[block]
        }
        guard moved > 0 else { return }
        for block in 0..<blocks {
            let budget = tolerance.budget(weights: weights[block], movement: moved / Double(blocks))
            let place = block * form.blockBytes
            if kept[block] - fresh[block] <= budget {
                unsafe (row + place).update(from: old + place, count: form.blockBytes)
            } else if unsafe recode(
                from: old + place, floats + 4 * block * form.elements, within: fresh[block] + budget, budget)
            {
                unsafe write(row + place, scalesOf: old + place)
            }
        }
    }

    /// Finds codes for the old block's scales; false where those scales can't do within `limit`.
    private mutating func recode(
        from old: UnsafePointer<UInt8>, _ floats: UnsafeRawPointer, within limit: Double, _ budget: Double
    ) -> Bool {
        unsafe form.readCodes(of: old, into: oldCodes.start)
        unsafe form.readScaleCodes(of: old, into: scaleCodes.start)
        var coarseness = 1.0
        while true {
            groups.removeAll(keepingCapacity: true)
            var total = 0.0
            var isFinest = true
            for index in 0..<form.groups {
                let step = unsafe form.step(index, of: old, scaleCodes: scaleCodes.start)
                var group = AnchoredGroup(
                    step, isLadder: form.isLadder, codes: form.firstCode...form.lastCode,
                    error: coarseness * budget / Double(form.elements))
                let first = index * form.group
                unsafe group.choose(
                    floats + 4 * first, count: form.group, old: oldCodes.start + first, new: newCodes.start + first,
                    first: first)
                total += group.total
                isFinest = isFinest && group.stride == 1
                groups.append(group)
            }
            if total <= limit {
                keepOldCodes(limit - total)
                return true
            }
            if isFinest { return false }
            coarseness /= 4
        }
    }

    /// Takes back changes of codes, those that cost least first, as far as `room` goes.
    private mutating func keepOldCodes(_ room: Double) {
        var room = room
        var changes = groups.flatMap(\.smallest)
        changes.sort { ($0.cost, $0.index) < ($1.cost, $1.index) }
        for change in changes {
            guard change.cost <= room else { return }
            room -= change.cost
            unsafe newCodes.start[change.index] = oldCodes.start[change.index]
        }
    }

    /// Writes a block of the chosen codes and the old scales.
    private func write(_ block: UnsafeMutablePointer<UInt8>, scalesOf old: UnsafePointer<UInt8>) {
        unsafe block.update(repeating: 0, count: form.blockBytes)
        for index in form.halves.indices { unsafe form.setHalf(index, of: block, to: form.half(index, of: old)) }
        if form.scaleCodeCount > 0 { unsafe form.writeScaleCodes(scaleCodes.start, to: block) }
        unsafe form.writeCodes(newCodes.start, to: block)
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
