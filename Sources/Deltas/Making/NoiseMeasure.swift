import Tensors

/// Measures how far the numbers of a quantized tensor's rows and columns have moved.
struct NoiseMeasure {
    /// By row.
    let rows: [UInt8]
    /// By column.
    let columns: [UInt8]

    /// With fewer changed rows than this, columns aren't told apart.
    private static let leastRows = 16

    init(_ form: BlockForm, tensor: BlockTensor, old: ModelBytes, new: ModelBytes, target: Range<Int>) {
        let reader = NumberReader(form)
        var levels: [UInt8] = []
        levels.reserveCapacity(tensor.rows)
        var before = [Float](repeating: 0, count: tensor.rowElements)
        var after = before
        var sums = [Double](repeating: 0, count: tensor.rowElements)
        var changed = 0
        for piece in 0..<tensor.pieces {
            let rows = tensor.rows(ofPiece: piece)
            let oldPart = tensor.base(ofRows: rows)
            let newStart = target.lowerBound + rows.lowerBound * tensor.rowBytes
            let newPart = newStart..<newStart + oldPart.count
            let (oldBytes, newBytes) = (old.bytes(oldPart), new.bytes(newPart))
            for row in 0..<rows.count {
                let place = row * tensor.rowBytes..<(row + 1) * tensor.rowBytes
                let (left, right) = (oldBytes.extracting(place), newBytes.extracting(place))
                if left.isEqual(to: right) {
                    levels.append(NoiseLevels.unchanged)
                    continue
                }
                reader.read(left, into: &before)
                reader.read(right, into: &after)
                var square = 0.0
                for index in before.indices {
                    let moved = after[index] - before[index]
                    before[index] = moved
                    square += Double(moved) * Double(moved)
                }
                square /= Double(before.count)
                levels.append(Self.level(square, bias: NoiseLevels.rowBias))
                guard square > 0 else { continue }
                changed += 1
                let scale = 1 / square
                for index in before.indices { sums[index] += Double(before[index]) * Double(before[index]) * scale }
            }
            old.release(oldPart)
            new.release(newPart)
        }
        rows = levels
        let neutral = UInt8(NoiseLevels.columnBias)
        columns = sums.map { sum in
            changed < Self.leastRows ? neutral : Self.level(sum / Double(changed), bias: NoiseLevels.columnBias)
        }
    }

    /// The level of a mean square.
    private static func level(_ square: Double, bias: Int) -> UInt8 {
        square.isFinite ? UInt8(min(max(quarterLog2(square) / 2 + bias, 1), 255)) : 255
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
