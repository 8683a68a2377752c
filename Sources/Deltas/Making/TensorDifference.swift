import Tensors

/// A quantized tensor as both files have it.
struct TensorDifference {
    let form: BlockForm
    let tensor: BlockTensor
    private let old: ModelBytes
    private let new: ModelBytes
    private let target: Range<Int>

    /// `target` is where the tensor lies in the new file.
    init(_ form: BlockForm, tensor: BlockTensor, old: ModelBytes, new: ModelBytes, target: Range<Int>) {
        self.form = form
        self.tensor = tensor
        self.old = old
        self.new = new
        self.target = target
    }

    /// A row whose bytes aren't what they were.
    struct Row {
        fileprivate(set) var index = 0
        /// By column: how far its number moved.
        fileprivate(set) var moved: [Float]
        /// By column: 1 if both scales tell the number, else 0.
        fileprivate(set) var told: [Float]
        /// By column: how much the number is worth when something is fitted to it.
        fileprivate(set) var weights: [Float]
    }

    /// Goes through the rows that changed; with a `stride` only every so-manieth row is looked at.
    ///
    /// A number weighs 1 / its step, and `toldWeight` times that where scales tell it.
    func forEachRow(stride: Int = 1, toldWeight: Float = 1, _ body: (borrowing Row) -> Void) {
        let reader = NumberReader(form, toldWeight: toldWeight)
        let zeros = [Float](repeating: 0, count: tensor.rowElements)
        var moved = Row(moved: zeros, told: zeros, weights: zeros)
        for piece in 0..<tensor.pieces {
            let rows = tensor.rows(ofPiece: piece)
            let oldPart = tensor.base(ofRows: rows)
            let newStart = target.lowerBound + rows.lowerBound * tensor.rowBytes
            let newPart = newStart..<newStart + oldPart.count
            let (oldBytes, newBytes) = (old.bytes(oldPart), new.bytes(newPart))
            for row in rows where row.isMultiple(of: stride) {
                let start = (row - rows.lowerBound) * tensor.rowBytes
                let before = oldBytes.extracting(start..<start + tensor.rowBytes)
                let after = newBytes.extracting(start..<start + tensor.rowBytes)
                if before.isEqual(to: after) { continue }
                moved.index = row
                reader.read(before, after, into: &moved)
                body(moved)
            }
            old.release(oldPart)
            new.release(newPart)
        }
    }
}

/// Reads two rows of blocks as how far their numbers moved.
private struct NumberReader: ~Copyable {
    private let form: BlockForm
    private let oldCodes: Buffer<UInt8>
    private let newCodes: Buffer<UInt8>
    private let oldScales: Buffer<UInt8>
    private let newScales: Buffer<UInt8>
    /// By code: the multiple of the scale that it stands for.
    private let multiples: Buffer<Float>
    /// By code: 1 if it is one of a number that the scale tells, else 0.
    private let told: Buffer<Float>
    private let toldWeight: Float

    init(_ form: BlockForm, toldWeight: Float) {
        self.form = form
        self.toldWeight = toldWeight
        oldCodes = Buffer(form.elements)
        newCodes = Buffer(form.elements)
        oldScales = Buffer(form.scaleCodeCount)
        newScales = Buffer(form.scaleCodeCount)
        multiples = Buffer((0...form.lastCode).map { form.isLadder ? Float(iq4Ladder[$0]) : Float($0) })
        told = Buffer((0...form.lastCode).map { form.isTold($0) ? 1 : 0 })
    }

    /// Both rows have as many blocks as `row` has room for.
    func read(_ old: RawSpan, _ new: RawSpan, into row: inout TensorDifference.Row) {
        unsafe old.withUnsafeBytes { old in
            unsafe new.withUnsafeBytes { new in
                guard let old = unsafe old.baseAddress?.assumingMemoryBound(to: UInt8.self),
                    let new = unsafe new.baseAddress?.assumingMemoryBound(to: UInt8.self)
                else { return }
                for block in 0..<row.moved.count / form.elements {
                    let start = block * form.blockBytes
                    unsafe read(old + start, new + start, into: &row, at: block * form.elements)
                }
            }
        }
    }

    private func read(
        _ old: UnsafePointer<UInt8>, _ new: UnsafePointer<UInt8>, into row: inout TensorDifference.Row, at place: Int
    ) {
        // All have room for a block's numbers, and codes are within the tables.
        unsafe form.readCodes(of: old, into: oldCodes.start)
        unsafe form.readCodes(of: new, into: newCodes.start)
        unsafe form.readScaleCodes(of: old, into: oldScales.start)
        unsafe form.readScaleCodes(of: new, into: newScales.start)
        for group in 0..<form.groups {
            let before = unsafe form.step(group, of: old, scaleCodes: oldScales.start)
            let after = unsafe form.step(group, of: new, scaleCodes: newScales.start)
            let scale = (before: Float(before.scale), after: Float(after.scale))
            let offset = (before: Float(before.offset), after: Float(after.offset))
            let step = max(abs(scale.before), abs(scale.after))
            let weight = step > 0 ? 1 / step : 0
            for index in group * form.group..<(group + 1) * form.group {
                let codes = unsafe (before: Int(oldCodes.start[index]), after: Int(newCodes.start[index]))
                let number = unsafe scale.before * multiples.start[codes.before] + offset.before
                row.moved[place + index] = unsafe scale.after * multiples.start[codes.after] + offset.after - number
                let isTold = unsafe told.start[codes.before] * told.start[codes.after]
                row.told[place + index] = isTold
                row.weights[place + index] = weight * (1 + (toldWeight - 1) * isTold)
            }
        }
    }
}
