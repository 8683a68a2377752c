/// In what circumstances a symbol is coded; each has statistics of its own, before alike ones are put together.
///
/// What decides is how far an element's numbers usually move, in units of the new scale (the noise), and where among
/// the new codes the old number lies.
enum Context {
    /// Classes of noise, half an octave each, from 2^-6 to 2^6 codes.
    static let noises = 24
    static let grid = CodeGrid(partBits: 3, endBits: 3, endWidthBits: 2)
    static let perNoise = grid.contexts
    /// How many there are for codes; the last `noises` are for groups whose scale is what it was.
    static let codes = noises * (perNoise + 1)
    /// The first of those for groups whose scale is what it was.
    static let identity = noises * perNoise
    /// How many there are for each fp16 number of a block.
    static let halves = noises

    /// The class of noise where rows of level `row` and columns of level `column` have a scale with this logarithm.
    @inline(__always)
    static func noise(row: Int, column: Int, quarterLog: Int) -> Int {
        let quarters = row - NoiseLevels.rowBias + column - NoiseLevels.columnBias - quarterLog
        return min(max((quarters + 25) >> 1, 0), noises - 1)
    }
}

/// The contexts of tensors with an update, whose moves are known but for the rounding of the update's matrices.
enum UpdatedContext {
    /// Classes of noise, an octave each: codes from 2^-10 on, fp16 numbers from 1 on, in units of their last bit.
    static let noises = 16
    static let grid = CodeGrid(partBits: 5, endBits: 5, endWidthBits: 1)
    static let perNoise = grid.contexts
    static let codes = noises * perNoise
    /// Classes of how far ahead of a block's others the number is that its scale follows.
    static let leads = 8
    static let halves = noises * leads
    /// Classes of how large a component's numbers are, half an octave each of their root mean square, from 2^-1 on.
    static let spreads = 16
    /// The class of numbers that were rounded to such a step, in units of their root mean square.
    static func spread(step: Double) -> UInt8 { UInt8(min(max(2 - quarterLog2(step) / 2, 0), spreads - 1)) }

    /// The octave of a standard deviation in such units, held within the classes; the first begins at 2^-`below`.
    @inline(__always)
    static func noise(variance: Double, unit: Double, below: Int) -> Int {
        // The binary logarithm of |x|, rounded down: 1024 for infinity and NaN, -1023 for 0.
        let logarithm = Int((variance / (unit * unit)).bitPattern >> 52 & 0x7ff) - 1023
        return min(max((logarithm >> 1) + below, 0), noises - 1)
    }
}

/// How far the numbers of a tensor's rows and columns move, in quarters of an octave.
///
/// The maker measures them; they only steer which statistics are used.
struct NoiseLevels {
    static let rowBias = 160
    static let columnBias = 128
    /// The level of a column that moves as its row does.
    static let neutralColumn = UInt8(columnBias)
    /// The row level that says: this row is what it was.
    static let unchanged: UInt8 = 0
}
