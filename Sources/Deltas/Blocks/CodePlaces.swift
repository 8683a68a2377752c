internal import CKernels

/// How finely it is told where an old code lies among the new ones.
struct CodeGrid {
    /// Binary logarithm of the parts that a code is divided into.
    let partBits: Int
    /// Binary logarithm of the classes of an old code at either end of the range, and of how many parts each spans: the
    /// largest number of a group tends to stay the largest.
    let endBits: Int
    let endWidthBits: Int

    /// This many codes next to either end have classes of their own, all between share one.
    static let edge = 8

    var places: Int { (2 * Self.edge + 1) << partBits }
    var contexts: Int { places + 2 << endBits }
}

/// Finds the contexts of a plane's codes, and the codes that new ones are counted from.
///
/// A symbol is the new code less the floor, modulo the number of codes.
@safe struct CodePlaces: ~Copyable {
    /// The plane's last code, and the least that is written.
    let last: Int
    let first: Int
    private let grid: CodeGrid
    /// By part of a code, from one code below 0 on: the context of a code that isn't at an end.
    private let classes: Buffer<UInt16>
    /// The grid as the kernel wants it.
    private let kernelGrid: Buffer<ck_place_grid>
    /// Room for one group: in what part of which new code each old code lies.
    private let parts = Buffer<Int16>(32)

    init(bits: Int, first: Int, grid: CodeGrid) {
        let last = 1 << bits - 1
        self.last = last
        self.first = first
        self.grid = grid
        kernelGrid = Buffer(
            repeating: ck_place_grid(
                part_bits: Int32(grid.partBits), end_bits: Int32(grid.endBits),
                end_width_bits: Int32(grid.endWidthBits), end_start: Int32(grid.places), first_code: Int32(first),
                last_code: Int32(last)),
            count: 1)
        let edge = CodeGrid.edge
        classes = Buffer(
            (-1 << grid.partBits..<(last + 1) << grid.partBits).map { part in
                let floor = part >> grid.partBits  // From -1 to `last`.
                let place =
                    if last + 2 <= 2 * edge + 1 || floor + 1 < edge {
                        floor + 1
                    } else if floor > last - edge {
                        2 * edge - (last - floor)
                    } else {
                        edge
                    }
                return UInt16(place << grid.partBits + part & (1 << grid.partBits - 1))
            })
    }

    @inline(__always)
    func place(_ code: UInt8, _ mapping: CodeMapping) -> (floor: UInt8, context: Int) {
        mapping.isIdentity ? (code, 0) : place(code, mapping.position(code))
    }

    /// The floor and the context, apart from the noise, of an old code that lies at `position` (in 4096ths).
    @inline(__always)
    func place(_ code: UInt8, _ position: Int32) -> (floor: UInt8, context: Int) {
        let part = Int(position >> (12 - Int32(grid.partBits)))
        return place(code, part: min(max(part, -1 << grid.partBits), (last + 1) << grid.partBits - 1))
    }

    @inline(__always)
    private func place(_ code: UInt8, part: Int) -> (floor: UInt8, context: Int) {
        if Int(code) == last || Int(code) == first {
            let half = 1 << (grid.endBits - 1)
            let moved = min(max((part - Int(code) << grid.partBits) >> grid.endWidthBits, -half), half - 1) + half
            return (code, grid.places + (Int(code) == last ? 2 * half : 0) + moved)
        }
        return (
            UInt8(truncatingIfNeeded: part >> grid.partBits), Int(unsafe classes.start[part + 1 << grid.partBits])
        )
    }

    /// Places every code there is, of at most four bits.
    @inline(__always)
    func placeAll(_ mapping: CodeMapping, into placed: UnsafeMutablePointer<ck_placed_codes>) {
        assert(grid.contexts <= 256)
        // Contexts fit a byte, and positions 32 bits.
        unsafe ck_place_codes(kernelGrid.start, mapping.slope, mapping.shift, placed)
    }

    /// In what part of which code positions lie, as far as there are any.
    @inline(__always)
    private func parts(_ positions: SIMD8<Int32>) -> SIMD8<Int32> {
        let partBits = Int32(truncatingIfNeeded: grid.partBits)
        let low = SIMD8(repeating: Int32(-1) << partBits)
        let high = SIMD8(repeating: Int32(truncatingIfNeeded: last + 1) << partBits - 1)
        // What `clamped` does takes many times as long.
        var parts = positions &>> (12 - partBits)
        parts.replace(with: low, where: parts .< low)
        parts.replace(with: high, where: parts .> high)
        return parts
    }

    /// Places a group of `count` codes, 16 or 32; `tables` and `floors` get what there is for each.
    ///
    /// Where numbers have moved, so have their codes, by so many 4096ths for a move of 1. `noises` are the first contexts
    /// of each element's noise, and `map` leads from contexts to tables.
    func find(
        _ codes: UnsafePointer<UInt8>, count: Int, _ mapping: CodeMapping, moves: UnsafePointer<Float>?, perMove: Float,
        noises: UnsafePointer<Int16>, map: UnsafePointer<UInt16>, tables: UnsafeMutablePointer<UInt16>,
        floors: UnsafeMutablePointer<UInt8>
    ) {
        unsafe findParts(codes, count: count, mapping, moves: moves, perMove: perMove)
        let parts = unsafe parts.start
        for index in 0..<count {
            let found = unsafe place(codes[index], part: Int(parts[index]))
            unsafe tables[index] = map[Int(noises[index]) &+ found.context]
            unsafe floors[index] = found.floor
        }
    }

    private func findParts(
        _ codes: UnsafePointer<UInt8>, count: Int, _ mapping: CodeMapping, moves: UnsafePointer<Float>?, perMove: Float
    ) {
        let source = unsafe UnsafeRawPointer(codes), target = unsafe UnsafeMutableRawPointer(parts.start)
        let moves = unsafe UnsafeRawPointer(moves)
        let slope = SIMD8(repeating: mapping.slope), shift = SIMD8(repeating: mapping.shift)
        for place in stride(from: 0, to: count, by: 8) {
            // These eight are within the group, and within its moves.
            let codes = unsafe source.loadUnaligned(fromByteOffset: place, as: SIMD8<UInt8>.self)
            var positions = slope &* SIMD8<Int32>(truncatingIfNeeded: codes) &+ shift
            if let moves = unsafe moves {
                let moved = unsafe moves.loadUnaligned(fromByteOffset: 4 * place, as: SIMD8<Float>.self)
                positions &+= (moved * perMove).rounded(within: 0x1p20)
            }
            unsafe target.storeBytes(
                of: SIMD8<Int16>(truncatingIfNeeded: parts(positions)), toByteOffset: 2 * place, as: SIMD8<Int16>.self)
        }
    }
}

extension SIMD8<Float> {
    /// Whole numbers, the nearest ones (ties to even), after holding all within ±`limit`, which is at most 2^21.
    fileprivate func rounded(within limit: Float) -> SIMD8<Int32> {
        var held = self
        held.replace(with: -limit, where: held .< -limit)
        held.replace(with: limit, where: held .> limit)
        // At 1.5 · 2^23 and above a Float's last bit is 1.
        return unsafe unsafeBitCast(held + 0x1.8p23, to: SIMD8<Int32>.self) &- Int32(bitPattern: 0x4b40_0000)
    }
}
