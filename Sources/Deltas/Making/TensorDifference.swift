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

    /// Goes through the rows: how far each of its numbers moved; nil if the row's bytes are what they were.
    ///
    /// With a `stride` only every so-manieth row is looked at.
    func forEachRow(stride: Int = 1, _ body: (_ row: Int, _ moved: [Float]?) -> Void) {
        let reader = NumberReader(form)
        var before = [Float](repeating: 0, count: tensor.rowElements)
        var moved = before
        for piece in 0..<tensor.pieces {
            let rows = tensor.rows(ofPiece: piece)
            let oldPart = tensor.base(ofRows: rows)
            let newStart = target.lowerBound + rows.lowerBound * tensor.rowBytes
            let newPart = newStart..<newStart + oldPart.count
            let (oldBytes, newBytes) = (old.bytes(oldPart), new.bytes(newPart))
            for row in rows where row.isMultiple(of: stride) {
                let start = (row - rows.lowerBound) * tensor.rowBytes
                let left = oldBytes.extracting(start..<start + tensor.rowBytes)
                let right = newBytes.extracting(start..<start + tensor.rowBytes)
                if left.isEqual(to: right) {
                    body(row, nil)
                    continue
                }
                reader.read(left, into: &before)
                reader.read(right, into: &moved)
                for index in before.indices { moved[index] -= before[index] }
                body(row, moved)
            }
            old.release(oldPart)
            new.release(newPart)
        }
    }
}

/// Reads blocks as the numbers that they stand for.
private struct NumberReader: ~Copyable {
    private let form: BlockForm
    private let codes: Buffer<UInt8>
    private let scaleCodes: Buffer<UInt8>

    init(_ form: BlockForm) {
        self.form = form
        codes = Buffer(form.elements)
        scaleCodes = Buffer(form.scaleCodeCount)
    }

    /// `row` has as many blocks as `numbers` has room for.
    func read(_ row: RawSpan, into numbers: inout [Float]) {
        unsafe row.withUnsafeBytes { buffer in
            guard let row = unsafe buffer.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            for block in 0..<numbers.count / form.elements {
                unsafe read(row + block * form.blockBytes, into: &numbers, at: block * form.elements)
            }
        }
    }

    private func read(_ block: UnsafePointer<UInt8>, into numbers: inout [Float], at place: Int) {
        let form = form
        // Both have room for a block's numbers.
        unsafe form.readCodes(of: block, into: codes.start)
        unsafe form.readScaleCodes(of: block, into: scaleCodes.start)
        for group in 0..<form.groups {
            let step = unsafe form.step(group, of: block, scaleCodes: scaleCodes.start)
            let scale = Float(step.scale), offset = Float(step.offset)
            for index in group * form.group..<(group + 1) * form.group {
                let code = unsafe codes.start[index]
                let multiple = form.isLadder ? Float(iq4Ladder[Int(code)]) : Float(code)
                numbers[place + index] = scale * multiple + offset
            }
        }
    }
}
