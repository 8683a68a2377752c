/// A group's new codes by its old scale: as few different distances from the old codes as the error allows.
///
/// Codes move by multiples of a stride, a power of two. Where numbers have moved by many codes, each doubling of the
/// stride saves a bit of every code; where they have moved by less than one, the stride is 1.
struct AnchoredGroup {
    /// A code that moved by a single stride, and what the squared error would grow by if it stayed.
    struct Change {
        let index: Int
        /// The old code.
        let code: UInt8
        let cost: Double
    }

    private let step: AffineStep
    private let isLadder: Bool
    private let codes: ClosedRange<Int>
    let stride: Int
    /// The group's squared error.
    private(set) var total = 0.0
    private(set) var smallest: [Change] = []

    private static let largestStride = 32

    /// `error` is the squared error that a number may have from its stride alone.
    init(_ step: AffineStep, isLadder: Bool, codes: ClosedRange<Int>, error: Double) {
        self.step = step
        self.isLadder = isLadder
        self.codes = codes
        var stride = 1
        // Rounding to a stride of s codes costs (s · scale)² / 12.
        while !isLadder, stride < Self.largestStride,
            Double(4 * stride * stride) * step.scale * step.scale <= 12 * error, step.scale != 0
        {
            stride *= 2
        }
        self.stride = stride
    }

    /// Chooses `count` codes; all pointers are to the group's first number, which is number `first` of the row.
    mutating func choose(
        _ floats: UnsafeRawPointer, count: Int, old: UnsafePointer<UInt8>, new: UnsafeMutablePointer<UInt8>, first: Int
    ) {
        for index in 0..<count {
            let weight = unsafe RowAnchor.float(floats, index), before = unsafe Int(old[index])
            let code = isLadder ? nearestRung(weight) : nearest(weight, before)
            unsafe new[index] = UInt8(code)
            let error = square(weight, code)
            total += error
            if isLadder ? code != before : abs(code - before) == stride {
                smallest.append(Change(index: first + index, code: UInt8(before), cost: square(weight, before) - error))
            }
        }
    }

    private func nearest(_ weight: Double, _ before: Int) -> Int {
        guard step.scale != 0 else { return before }
        let distance = (weight - step.offset) / step.scale - Double(before)
        // Old blocks may have any scale: what lies beyond all codes is as good as the last of them.
        let strides = Int((min(max(distance, -512), 512) / Double(stride)).rounded())
        return min(max(before + stride * strides, codes.lowerBound), codes.upperBound)
    }

    private func nearestRung(_ weight: Double) -> Int {
        var best = 0
        for code in 1..<iq4Ladder.count where square(weight, code) < square(weight, best) { best = code }
        return best
    }

    private func square(_ weight: Double, _ code: Int) -> Double {
        let multiple = isLadder ? Double(iq4Ladder[code]) : Double(code)
        let error = weight - (step.scale * multiple + step.offset)
        return error * error
    }
}
