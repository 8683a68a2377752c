/// In what circumstances a symbol is coded; each has statistics of its own, before alike ones are put together.
///
/// What decides is how far an element's numbers usually move, in units of the new scale (the noise), and where among
/// the new codes the old number lies.
enum Context {
    /// Classes of noise, half an octave each, from 2^-6 to 2^6 codes.
    static let noises = 24
    /// Places by eighths of a code: eight next to either end have classes of their own, all between share one.
    static let edge = 8
    static let places = (2 * edge + 1) * 8
    /// Old codes at either end of their range: the largest number of a group tends to stay the largest.
    static let extremes = 16
    static let perNoise = places + extremes
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

/// How far the numbers of a tensor's rows and columns move, in quarters of an octave.
///
/// The maker measures them; they only steer which statistics are used.
struct NoiseLevels {
    static let rowBias = 160
    static let columnBias = 128
    /// The row level that says: this row is what it was.
    static let unchanged: UInt8 = 0
}

/// The contexts of one plane's codes, and the codes they are counted from.
///
/// A symbol is the new code less the floor, modulo the number of codes.
@safe struct CodeContexts: ~Copyable {
    /// The plane's last code, and the least that is written.
    let last: Int
    let first: Int
    /// By eighths + 8: the context of a code that isn't at an end.
    let classes: Buffer<UInt16>

    init(bits: Int, first: Int) {
        let last = 1 << bits - 1
        self.last = last
        self.first = first
        classes = Buffer(
            (-8..<8 * last + 8).map { eighths in
                let floor = eighths >> 3  // From -1 to `last`.
                let place =
                    if last + 2 <= 2 * Context.edge + 1 || floor + 1 < Context.edge {
                        floor + 1
                    } else if floor > last - Context.edge {
                        2 * Context.edge - (last - floor)
                    } else {
                        Context.edge
                    }
                return UInt16(place * 8 + eighths & 7)
            })
    }

    @inline(__always)
    func place(_ code: UInt8, _ mapping: CodeMapping) -> (floor: UInt8, context: Int) {
        mapping.isIdentity ? (code, 0) : place(code, mapping.position(code))
    }

    /// The floor and the context, apart from the noise, of an old code that lies at `position` (in 4096ths).
    @inline(__always)
    func place(_ code: UInt8, _ position: Int32) -> (floor: UInt8, context: Int) {
        let eighths = min(max(Int(position >> 9), -8), 8 * last + 7)
        if Int(code) == last || Int(code) == first {
            let moved = min(max((eighths - 8 * Int(code)) >> 2, -4), 3) + 4
            return (code, Context.places + (Int(code) == last ? 8 : 0) + moved)
        }
        return (UInt8(truncatingIfNeeded: eighths >> 3), Int(unsafe classes.start[eighths + 8]))
    }
}
